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
package peers
