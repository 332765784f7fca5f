// Package alert is what a rule's match becomes, and how it is delivered.
//
// [New] makes an [Alert] of a match. The alert owns its bytes, so it outlives the record, and its ID is derived from the
// rule and the place of the record alone: a payload that is delivered again raises the same IDs, and whoever receives
// an alert twice can tell.
//
// A [Sink] delivers batches of alerts. What it returns is exact: nil means that every alert was accepted, a
// [*DeliveryError] names those that were not, and any other error means that none was. [Failed] reads any such error,
// wrapped and joined as it may be, the careful way round: an alert counts as delivered only where nothing says
// otherwise.
//
// Two sinks are here, [NDJSON] for programs and [Text] for people. Sinks for AWS services are packages of their own
// (alert/snssink), so that a program links only what it uses. Package alerttest holds the tests that every sink passes.
//
// # JSON
//
// [Alert.AppendJSON] writes one line, here spread over several:
//
//	{
//	  "id": "3f0d8a52c1f04e0bb6a1f7d2a3c4e5f6",
//	  "rule": {
//	    "id": "aws.console.root-login", "title": "Root account signed in to the console", "description": "Nobody should.",
//	    "status": "stable", "author": "Ann", "tags": ["aws"], "techniques": ["T1078.004"], "references": ["https://example.com/"],
//	    "false_positives": ["break glass"], "runbook": "https://wiki.example.com/root"
//	  },
//	  "severity": "high",
//	  "title": "Root signed in from 198.51.100.7",
//	  "staged": true,
//	  "dedup_key": "8bada2ef777e7d93a1321c30bc44643d",
//	  "log": "aws.cloudtrail",
//	  "time": "2023-07-10T11:42:36Z",
//	  "detected": "2023-07-10T11:51:02.118204Z",
//	  "origin": {"kind": "s3", "place": "logs/AWSLogs/1.json.gz", "id": "v1", "index": 12, "offset": 18342},
//	  "fields": {"account": "123456789012"},
//	  "matched": [{"field": "userIdentity.type", "condition": "userIdentity.type = \"Root\"", "value": "Root"}],
//	  "record": {"eventVersion": "1.08"}
//	}
//
// A field without a value is left out, except id, rule, severity, log, and of origin kind, place, index and offset,
// which are always there. encoding/json reads it back into an [Alert].
package alert
