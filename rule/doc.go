// Package rule matches records with detections.
//
// A detection is a [Rule]: a value that says what it is called, how bad it is, which logs it is for, and when it
// matches. To write one, look at a record that it should find,
//
//	{"eventName":"ConsoleLogin","userIdentity":{"type":"Root"},"sourceIPAddress":"198.51.100.7"}
//
// and say what is special about it, field by field:
//
//	var rootLogin = rule.Rule{
//		ID:       "aws.console.root-login",
//		Title:    "Root account signed in to the console",
//		Severity: rule.High,
//		Logs:     []string{"aws.cloudtrail"},
//		When: rule.All(
//			rule.Field("eventName").Equals("ConsoleLogin"),
//			rule.Field("userIdentity.type").Equals("Root"),
//			rule.Not(rule.Field("sourceIPAddress").CIDR("203.0.113.0/24")), // the office
//		),
//	}
//
// A condition begins with [Field] and says what the field has to be ([FieldRef.Equals], [FieldRef.In], [FieldRef.Contains],
// [FieldRef.CIDR], [FieldRef.Before], [FieldRef.EqualsField] and so on), and [All], [Any], [Not] and [AtLeast] combine
// conditions. [FieldRef.AnyOf] and [FieldRef.Each] ask about the elements of an array, where several things have to be so
// of the same one. What the builders cannot say is plain Go: [Func] takes any function, [FuncOn] one on some fields, and an
// [Extension] is a condition of another package.
//
// [Compile] checks rules and makes a [Set] of them, and [Set.Match] says which of them hold for a record:
//
//	set, err := rule.Compile(rootLogin)
//	...
//	for m, err := range set.Match(parse.JSONRecord(line)) {
//		if err != nil { // a rule's own code panicked, or line is no JSON
//			log.Print(err)
//			continue
//		}
//		fmt.Println(m.Rule.ID, m.Held())
//	}
//
// Compile tells everything that is wrong at once, and a [Compiler] that knows the log types also tells which of their names
// and fields are misspelt. Where a rule does not do what it should, [Set.Explain] says why, condition by condition:
//
//	aws.console.root-login does not match
//	  no   eventName: want "ConsoleLogin", got "AssumeRole"
//	  yes  userIdentity.type: want "Root", got "Root"
//	  yes  sourceIPAddress: want not in 203.0.113.0/24, got "198.51.100.7"
//
// Package ruletest tests a rule with records in files. A new rule is Staged at first: its alerts are marked and counted, so
// that they can go where they wake nobody. What it finds though nothing is wrong becomes an [Exception], with a reason and
// the day on which somebody looks at it again. At last the rule says what the alert tells: AlertTitle and AlertFields make
// texts of the record, DedupBy says which alerts are about the same thing, and Runbook what to do.
//
// # Values
//
// A path may have several values: a.b over {"a":[{"b":1},{"b":2}]} has two, as [parse.Fields] tells. A condition on a
// field holds if it holds for one of them, so Field("a.b").Equals(2) does. Its [Not] holds if it holds for none of them.
// Where a path ends at an array, the array itself is a value too, but only Exists, Empty and Count hold for arrays and
// objects.
//
// So All(Field("a.b").Equals(1), Field("a.c").Equals(2)) holds if one element of a has the b and another one the c. Where it
// has to be the same one, it is Field("a").AnyOf(Field("b").Equals(1), Field("c").Equals(2)).
//
// Types count. The number 22 and the string "22" are different, and so are a field that is missing, null, "", 0 and
// false. No condition but Not holds for a missing field. The conditions on text hold for strings only, and those that
// compare for numbers only; nothing is converted. Before and After alone read both, as times.
//
// # Entities
//
// A rule for many log types asks for what they call by different names as an [Entity]: source.ip is sourceIPAddress in a
// CloudTrail event, srcaddr in a VPC flow, and src_ip in a line of sshd.
//
//	rule.Entity("source.ip").CIDR("198.51.100.0/24")
//
// Each log type says in which of its fields it has what ([parse.LogType], Entities), so such rules are compiled by a
// [Compiler] that knows the types, and then cost what conditions on fields do.
//
// # Text
//
// Strings are compared as they are after JSON's escapes are undone, byte by byte and without any Unicode normalization.
// [Condition.Fold] ignores case by Unicode's simple case folding, as [strings.EqualFold] and a regular expression's (?i)
// do: K, k and the Kelvin sign are the same, ß and ss are not. Bytes that are no UTF-8 are then all the same as U+FFFD.
// For ? in a Glob, such a byte is one character.
//
// # Numbers
//
// Numbers are compared by the decimal value that is written, exactly: 1000, 1000.0 and 1e3 are the same,
// 9007199254740993 and 9007199254740992 are not, and no number is too large. A float in a condition stands for the
// shortest decimal that reads back as it: 0.1 is one tenth.
//
// # Cost
//
// A record costs its walk, a look at each value that rules read, and the evaluation of its candidates: the rules that can
// hold for it. How many rules there are beside these matters little. Each rule is entered in an index under what has to be
// in a record for it to hold, of several choices the one that is taken to be rarest:
//
//   - Equals and In of text: by a hash of the value. A field that rules compare with many different texts is taken to be
//     more telling than one with few.
//   - Prefix and Suffix of text, CIDR and Private.
//   - Contains, and text without which a Glob or Regexp cannot hold, of seven bytes or more; of four at least, it costs more.
//   - that the field is there, for everything else on a field: numbers, times, lengths, another field.
//   - AnyOf and Each: what one of the elements has to have, by the same list.
//
// Of All the rarest part counts, of Any all parts do, and Not, Func, FuncOn and an Extension tell nothing: a rule that consists of
// these alone is evaluated for every record of its log types. So a cheap rule has one condition beside its Func that few
// records meet, most of all an equality; Fold makes a condition tell no more than that the field is there.
//
// Candidates are evaluated with what is cheap first. Most conditions take the time of a look at the value; Regexp, Glob and
// Contains that of its length, AnyOf and Each another walk through the elements, and two fields are compared in the time of
// their values together. Nothing is allocated for a record that no rule holds for, but where a field is compared with one of
// more than 16 values.
//
// What is for people costs nothing before a rule holds: only then are exceptions evaluated, and titles, fields and keys made.
// The fields that exceptions and disabled rules read are picked out of every record all the same; those of templates are not.
//
// Command internal/mainjob/ratio measures the whole job (decompress, parse, match, serialise alerts) beside decompression
// alone, on one core, and the engine alone beside gjson.Valid over the same records in memory. Seen on a two-core machine in
// November 2026, with CloudTrail records of 1.3 kB:
//
//	rules as real sets are, 1,000     1.6 times decompression
//	the same, 10,000                  1.8
//	mixed conditions, 1,000           1.7
//	1,000 and two cores               1.15, with ReadAhead of the Pipeline; 1.06 of two decompressions at once
//
//	one to three exact values, 1,000  0.95 of gjson.Valid's throughput
//	mixed conditions, 3,000           0.53
//
// Other engines, each in its best use over the same records and equivalent rules, take at 1,000 rules 17 times as long and more
// (rules as real sets are, mixed): a loop over a decoded map 17 to 19 and 23 to 29 times, expr 64 and 65, cel-go 109 and 156,
// gjson for each condition 215 and 247, sigma-go 429 and 794. See internal/peers.
//
// Of what the first adds to decompression, seven tenths are the walk, two are the index. The walk takes the same time for
// ten rules and for ten thousand that read the same fields. It is limited by how many strings a record has, not by its bytes:
// where one begins is known only once the end of the one before was found, some 25 cycles. Therefore members' names are
// guessed from the record before, and right 96 times of 100. Looking at 16 bytes at once, and comparing the names by words,
// was tried and no quicker; finding all quotes beforehand would cost what it saves, without vector instructions. With many
// rules it is memory that limits: a rule that has to be looked at is not in the cache. So the index keeps a second text beside
// each rule that it needs, and 10,000 rules have one candidate in five records. Of mixed conditions, those that have no second
// equality remain, two a record with 3,000 rules.
//
// Compiling 10,000 rules takes 0.2 s.
package rule
