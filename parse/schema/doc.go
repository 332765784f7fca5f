// Package schema reads the schema files of a StreamAlert deployment (conf/schemas/*.json) as they are, and parses logs as they
// say.
//
//	set, err := schema.Load(os.DirFS("conf"))
//	...
//	p, err := set.Parser("cloudtrail") // all logs that are named cloudtrail:...
//	...
//	for r, err := range p.Parse(parse.Input{Reader: f, Origin: origin}) {
//		...
//		fmt.Println(r.Log(), r.Get("eventName")) // cloudtrail:events ConsoleLogin
//	}
//
// A [Parser] goes into a pipeline like any other parse.Parser. A [Cluster] picks the logs by where a payload is from, as the
// data_sources of a deployment's cluster file say.
//
// # What a schema means
//
// Everything StreamAlert 3 documents is read: the parsers json, csv, kv and syslog; the types string, integer, float, boolean,
// [] and {}, nested or loose; optional_top_level_keys, envelope_keys, optional_envelope_keys, log_patterns, json_path,
// embedded_json, json_regex_key, delimiter, quotechar, escapechar, separator, priority and normalization. The parser
// gzip-json of its first versions is json: sources decompress.
//
// These are StreamAlert's ways, and are kept:
//
//   - A record must have the keys of its schema, all that are not optional and no other; so a field that the vendor adds makes
//     every record lost. An optional key that is missing is added: "", 0, 0.0, false, [] or {}. An optional key with a nested
//     schema is not optional: without it, the keys of that schema are missing.
//   - Values are cast as Python's str(), int() and float() do: of an object, a string is Python's way to write it
//     ({'a': None}), 12.9 is the integer 12 and "12.9" none, and "true" in any case is the only boolean that is true. What
//     Python takes for false (null, "", 0, false, [], {}) is of every type, and stays as it is.
//   - Of members with one name the last counts.
//   - A document, which is a Kinesis record, an SNS message, or an S3 object's JSON text or line, is of one log: the first
//     schema that takes one of its records. What that one refuses is lost, though another schema would take it.
//   - The order of schemas is that of their priority, 0 first. One that has none gets the highest number that was read before
//     it, so it may stand before all others. StreamAlert reads the files in no certain order, this package by name.
//   - log_patterns are Python's fnmatch. The first entry that is an object decides alone, and no other entry counts.
//   - In kv, a key that stands there twice gives its value to the key of the schema at the same place. In csv, the columns have
//     the order of the schema, and a column of type {} fits nothing.
//   - json_regex_key takes from the first bracket of a line to its last.
//
// These are not:
//
//   - What makes StreamAlert's function fail, and its payload come again for ever, costs the record or document that it is in:
//     a log pattern on a number, a condition that passes through a text, one bad line between lines of JSON.
//   - A schema that can match nothing, for a type or an option that is wrong, is an error when it is loaded.
//   - Bytes are text where they are UTF-8, for kv and syslog too; StreamAlert fails there.
//   - NaN and Infinity, which Python takes for JSON, are none. A float cast that would give one of them fails.
//   - Blank lines are passed over. A document has a limit, Limits.Record; see [Parser.Parse] for larger ones.
//   - In streamalert_normalization there is no random streamalert_record_id: a record is known by its origin and offset.
//   - json_path is JMESPath without functions, which are an error when the schema is loaded.
//
// # Cost
//
// Each record is written anew, because casting changes it, and what matches it reads it again; Input.Fields change nothing. On
// one core of a 2-core machine the logs of testdata take 30 to 80 MB/s (BenchmarkParse), with one allocation for a record that is
// not normalized: this package is for carrying a deployment over, package logtype for speed. Memory grows with the largest
// document. Records have no event time, unless their log type is given one ([Set.Types]).
package schema
