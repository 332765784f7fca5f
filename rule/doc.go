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
// What the builders cannot say is plain Go: [Func] takes any function, and an [Extension] is one that tells which fields
// it reads. Package ruletest tests a rule with records in files.
//
// # Values
//
// A path may have several values: a.b over {"a":[{"b":1},{"b":2}]} has two, as [parse.Fields] tells. A condition on a
// field holds if it holds for one of them, so Field("a.b").Equals(2) does. Its [Not] holds if it holds for none of them.
// Where a path ends at an array, the array itself is a value too, but only Exists holds for arrays and objects.
//
// Types count. The number 22 and the string "22" are different, and so are a field that is missing, null, "", 0 and
// false. No condition but Not holds for a missing field. The conditions on text hold for strings only, and those that
// compare for numbers only; nothing is converted.
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
//   - Prefix and Suffix of text, CIDR.
//   - Contains, and text without which a Glob or Regexp cannot hold, of seven bytes or more; of four at least, it costs more.
//   - that the field is there, for everything else on a field.
//
// Of All the rarest part counts, of Any all parts do, and Not, Func and an Extension tell nothing: a rule that consists of
// these alone is evaluated for every record of its log types. So a cheap rule has one condition beside its Func that few
// records meet, most of all an equality; Fold makes a condition tell no more than that the field is there.
//
// Candidates are evaluated with what is cheap first. Nothing is allocated for a record that no rule holds for.
//
// Command internal/mainjob/ratio measures the whole job (decompress, parse, match, serialise alerts) beside decompression
// alone, on one core. Seen on a two-core machine in November 2026, with CloudTrail records of 1.3 kB:
//
//	rules as real sets are, 1,000     1.8 times decompression
//	the same, 10,000                  2.6
//	mixed conditions, 1,000           2.2
//
// Compiling 10,000 rules takes 0.1 s.
package rule
