// Package parse turns bytes into log records.
//
// A [Parser] turns one payload into [Record] values. A [LogType] is one: it says as data how the payloads of one type of
// log are framed, how a record of it is recognised, and when it happened; those that are known by name stand in
// package logtype. A [Classifier] is one over many log types. Below them a [Format], such as [JSONFormat], frames and
// decodes without knowing what the records mean.
//
//	for r, err := range logtype.CloudTrail().Parse(parse.Input{Reader: f}) {
//		if err != nil {
//			log.Print(err) // an *Error is one lost record
//			continue
//		}
//		fmt.Println(r.Get("eventName"))
//	}
//
// # Values
//
// [Record.Get] reads one path; [Fields] says what a path is. A [Value] is what the record holds: missing, null, "" and 0
// are four different things. A record and all that was read from it are valid until the iterator advances, and [Record.Clone]
// keeps it. Nothing is copied, allocated or decoded that nobody asked for.
//
// Whoever knows beforehand what will be read compiles the paths ([CompileFields]) and gives them as Input.Fields. The parser
// then picks the values out while it looks for the record's end: one pass, and no allocation for each record. A rule set's
// paths are its Fields.
//
// # Texts
//
// What is no JSON is a [TextFormat]: a [Framing] tells where a text ends, which is the line's end unless it says otherwise,
// and a [Decoder] tells the fields that are in it. The fields are picked out as those of JSON are; a record's JSON is made when
// somebody asks for it, and [Record.Bytes] is what stood in the payload. A [Classifier] takes types of both: what begins like
// a JSON object is one, everything else is a text.
//
// A field that a log leaves empty, or writes as "-" for want of a value, is not there. Numbers are numbers where a format
// says so, and texts where it says nothing.
//
// # Time
//
// [Record.Time] is the event time as the log type knows it. Times without a zone or a year are completed by [Input].Clock: its
// zone, or UTC; the latest year in which the time is not more than a day behind its Received.
//
// # Errors
//
// An [*Error] is one record that is lost: no JSON, too long, too deep, of another type. It has the log type, the origin, the
// record's place and its bytes, and the parser goes on with the next record. A [*ReadError] is a reader that failed, and is the
// last value. Both unwrap to their reason. A payload that ends in the middle is an [*Error] too ([ErrTruncated]): what is
// missing is not told apart from what was never written.
//
// # Entities
//
// What log types call by different names has one name as an [Entity]: source.ip is sourceIPAddress in one and srcaddr in the
// next. [Record.Entity] and [Normalize] read them, and conditions of rules can be on them.
//
// # Limits
//
// A record may have 8 MiB and be nested 512 deep, unless [Limits] says otherwise. Memory does not grow with the payload.
//
// # Adding a log type
//
// A log type is one file in package logtype with a function that returns a *LogType, one line in logtype.All, and a sample in
// logtype/testdata. Where no format fits, write a [Decoder], as its example does in twenty lines.
package parse
