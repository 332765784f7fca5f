package kinesissource

import (
	"bytes"
	"crypto/md5" //nolint:gosec // what the format has, against accidents alone
)

// aggregateMagic is what an aggregated record begins with. Behind it are a protocol buffer and the MD5 of that:
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
const aggregateMagic = "\xf3\x89\x9a\xc2"

// Deaggregate takes the data of one Kinesis record apart into its user records, as the KPL and its like put them
// together. They are parts of data, not copies, and are not decompressed. Data that is not aggregated is one record, and
// so is what only looks like it: the digest is wrong, or the message does not parse. An aggregate without user records
// has none. A user record that is aggregated itself stays as it is.
//
// It takes any bytes and never fails. Its memory grows with the number of user records, not with what data says of
// itself.
func Deaggregate(data []byte) [][]byte {
	a, ok := parseAggregate(data)
	if !ok {
		return [][]byte{data}
	}
	records := make([][]byte, len(a.records))
	for i, r := range a.records {
		records[i] = r.data
	}
	return records
}

// aggregate is an AggregatedRecord. Its explicit hash keys and its tags are of no use to a reader.
type aggregate struct {
	keys    [][]byte // partition_key_table
	records []userRecord
}

// userRecord is a Record.
type userRecord struct {
	key  uint64 // the place of its partition key in the table, which may be outside
	data []byte
}

// partitionKey is the user record's own, or whole, that of the record it came in, where the table has none.
func (a *aggregate) partitionKey(r userRecord, whole string) string {
	if r.key >= uint64(len(a.keys)) {
		return whole
	}
	return string(a.keys[r.key])
}

// parseAggregate is false for all that is not an aggregated record, sound and whole.
func parseAggregate(data []byte) (*aggregate, bool) {
	signed, ok := bytes.CutPrefix(data, []byte(aggregateMagic))
	if !ok || len(signed) <= md5.Size {
		return nil, false
	}
	body, digest := signed[:len(signed)-md5.Size], signed[len(signed)-md5.Size:]
	if sum := md5.Sum(body); !bytes.Equal(sum[:], digest) { //nolint:gosec // as above
		return nil, false
	}
	a := new(aggregate)
	m := message{rest: body}
	for m.next() {
		switch m.field {
		case field{1, wireBytes}:
			a.keys = append(a.keys, m.bytes)
		case field{3, wireBytes}:
			r, ok := parseUserRecord(m.bytes)
			if !ok {
				return nil, false
			}
			a.records = append(a.records, r)
		}
	}
	return a, !m.bad
}

// parseUserRecord wants what the format requires: the index of a partition key, and data.
func parseUserRecord(b []byte) (userRecord, bool) {
	var r userRecord
	var hasKey, hasData bool
	m := message{rest: b}
	for m.next() {
		switch m.field {
		case field{1, wireVarint}:
			r.key, hasKey = m.value, true
		case field{3, wireBytes}:
			r.data, hasData = m.bytes, true
		case field{4, wireBytes}:
			if !isTag(m.bytes) {
				return r, false
			}
		}
	}
	return r, hasKey && hasData && !m.bad
}

// isTag: a Tag is required to have a key.
func isTag(b []byte) bool {
	hasKey := false
	m := message{rest: b}
	for m.next() {
		hasKey = hasKey || m.field == field{1, wireBytes}
	}
	return hasKey && !m.bad
}
