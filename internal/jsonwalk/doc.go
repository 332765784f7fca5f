// Package jsonwalk finds the end of a JSON value, checks that it is one, and picks values out of it, in one pass.
//
// It exists because two passes cost a quarter more: the end of a record has to be found anyway, and what rules read
// can be taken on the way. Subtrees that nobody asked for are skipped, checked but not decoded. Nothing is allocated
// per value. The reference that fuzzing compares it with is gjson, in package parse.
//
// What is taken for JSON is RFC 8259, strictly, except that strings may hold any bytes from 0x20 up: invalid UTF-8
// is passed on as it is.
package jsonwalk
