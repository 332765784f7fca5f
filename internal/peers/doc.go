// Package peers holds this library's rule engine against other ways to find out which of many rules hold for a record: the
// records and rules of package mainjob, translated for each engine and evaluated by each as well as it can be.
//
//   - map loop: encoding/json into a map[string]any, and a loop over the rules as Go functions. Fields are looked up once a
//     record.
//   - expr: a program of github.com/expr-lang/expr per rule.
//   - cel-go: a program of cel.dev/cel-go, which was github.com/google/cel-go, per rule.
//   - gjson: a call of github.com/tidwall/gjson for each condition that a rule comes to, until one fails. It is the only one
//     that does not check the record.
//   - sigma-go: an evaluator of github.com/bradleyjkemp/sigma-go per rule.
//
// All start from the bytes of one record; all but gjson and ours decode it with encoding/json, once. The tests show that each
// finds the same rules in the same records: in those that are measured, in records in which each rule finds something, and
// in such that differ from these in one field. Where a language means something else by a condition, the comment of its
// translation says so.
//
// It is a module of its own, so that no user of the library has the others in the graph of their modules.
//
// # Running it
//
// From the folder of the library,
//
//	make bench-peers
//
// takes about two minutes and prints a table for each set of rules: megabytes of records a second, and how many times as
// much this library gets through. Medians of 11 interleaved runs in one process on one core.
//
// Seen in November 2026 with Go 1.26.8 on a two-core AMD EPYC that had other work to do, over CloudTrail records of 1.3 kB;
// the ratios of three such runs differed by up to a sixth at 1,000 rules:
//
//	A, as real sets are     10 rules            100 rules           1000 rules
//	     streamalert-go   873.8 MB/s    1.0x   749.1 MB/s    1.0x   730.9 MB/s     1.0x
//	           map loop    62.7 MB/s   13.9x    59.0 MB/s   12.7x    39.3 MB/s    18.6x
//	               expr    60.8 MB/s   14.4x    44.7 MB/s   16.8x    11.4 MB/s    64.4x
//	             cel-go    59.5 MB/s   14.7x    40.6 MB/s   18.4x     6.7 MB/s   109.4x
//	              gjson   342.7 MB/s    2.5x    33.7 MB/s   22.3x     3.4 MB/s   214.8x
//	           sigma-go    43.7 MB/s   20.0x    14.9 MB/s   50.1x     1.7 MB/s   429.1x
//
//	B, mixed conditions     10 rules            100 rules           1000 rules
//	     streamalert-go   571.4 MB/s    1.0x   734.7 MB/s    1.0x   557.6 MB/s     1.0x
//	           map loop    45.4 MB/s   12.6x    49.2 MB/s   14.9x    24.1 MB/s    23.2x
//	               expr    46.1 MB/s   12.4x    41.0 MB/s   17.9x     8.5 MB/s    65.2x
//	             cel-go    51.0 MB/s   11.2x    31.0 MB/s   23.7x     3.6 MB/s   156.0x
//	              gjson   239.7 MB/s    2.4x    25.5 MB/s   28.8x     2.3 MB/s   246.5x
//	           sigma-go    31.2 MB/s   18.3x     7.4 MB/s   99.6x     0.7 MB/s   794.4x
//
// With ten rules most of a peer's time is encoding/json's, and gjson, which stops at the first condition that fails, needs
// neither that nor most of the record.
package peers
