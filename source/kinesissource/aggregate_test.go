package kinesissource_test

import (
	"bytes"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/source/kinesissource"
)

// The bytes of messages that are made here are those of the protocol buffers encoding,
// https://protobuf.dev/programming-guides/encoding/: a field's number and wire type, then its value.
func TestDeaggregate(t *testing.T) {
	key := appendBytes(nil, 1, "user")
	record := func(fields ...[]byte) []byte { return appendBytes(nil, 3, string(slices.Concat(fields...))) }
	index, data := appendVarint(nil, 1, 0), appendBytes(nil, 3, "abc")
	tag := func(fields ...[]byte) []byte { return appendBytes(nil, 4, string(slices.Concat(fields...))) }
	group := func(n uint64, inside ...[]byte) []byte {
		return slices.Concat([]byte{byte(n<<3 | 3)}, slices.Concat(inside...), []byte{byte(n<<3 | 4)})
	}
	sound := slices.Concat(key, record(index, data))
	nested := aggregated("inner")
	deep := slices.Concat(bytes.Repeat([]byte{9<<3 | 3}, 100), bytes.Repeat([]byte{9<<3 | 4}, 100))
	deeper := slices.Concat([]byte{9<<3 | 3}, deep, []byte{9<<3 | 4})
	for name, tt := range map[string]struct {
		message []byte
		want    []string // nil: it is a plain record
	}{
		"a user record":                                    {sound, []string{"abc"}},
		"a user record before the table of keys":           {slices.Concat(record(index, data), key), []string{"abc"}},
		"a record aggregated itself":                       {slices.Concat(key, record(index, appendBytes(nil, 3, string(nested)))), []string{string(nested)}},
		"no user record":                                   {key, []string{}},
		"a user record of no bytes":                        {slices.Concat(key, record(index, appendBytes(nil, 3, ""))), []string{""}},
		"a key that the table does not have":               {slices.Concat(key, record(appendVarint(nil, 1, 7), data)), []string{"abc"}},
		"a key beyond all tables":                          {slices.Concat(key, record(appendVarint(nil, 1, 1<<63), data)), []string{"abc"}},
		"no table of keys":                                 {record(index, data), []string{"abc"}},
		"explicit hash keys":                               {slices.Concat(sound, appendBytes(nil, 2, "0")), []string{"abc"}},
		"an explicit hash key that there is not":           {slices.Concat(key, record(index, appendVarint(nil, 2, 9), data)), []string{"abc"}},
		"data twice, of which the last counts":             {slices.Concat(key, record(index, appendBytes(nil, 3, "x"), data)), []string{"abc"}},
		"tags":                                             {slices.Concat(key, record(index, data, tag(appendBytes(nil, 1, "k"), appendBytes(nil, 2, "v")), tag(appendBytes(nil, 1, "")))), []string{"abc"}},
		"unknown fields of every type":                     {slices.Concat(appendVarint(nil, 9, 1<<40), []byte{9<<3 | 1, 1, 2, 3, 4, 5, 6, 7, 8}, appendBytes(nil, 9, "x"), group(9), []byte{9<<3 | 5, 1, 2, 3, 4}, sound), []string{"abc"}},
		"an unknown group in a user record":                {slices.Concat(key, record(index, group(9, data, group(10, index)), data)), []string{"abc"}},
		"a known field of another type":                    {slices.Concat(sound, appendVarint(nil, 3, 5)), []string{"abc"}},
		"a hundred groups":                                 {slices.Concat(sound, deep), []string{"abc"}},
		"more groups than that":                            {slices.Concat(sound, deeper), nil},
		"groups without an end":                            {slices.Concat(sound, bytes.Repeat([]byte{9<<3 | 3}, 3)), nil},
		"an end of a group that has not begun":             {slices.Concat(sound, []byte{9<<3 | 4}), nil},
		"an end of another group":                          {slices.Concat(sound, []byte{9<<3 | 3, 10<<3 | 4}), nil},
		"no index":                                         {slices.Concat(key, record(data)), nil},
		"no data":                                          {slices.Concat(key, record(index)), nil},
		"a record of no fields":                            {slices.Concat(key, record()), nil},
		"an index of another type":                         {slices.Concat(key, record(appendBytes(nil, 1, "0"), data)), nil},
		"a tag without a key":                              {slices.Concat(key, record(index, data, tag(appendBytes(nil, 2, "v")))), nil},
		"a tag that is cut off":                            {slices.Concat(key, record(index, data, tag([]byte{1<<3 | 2, 5}))), nil},
		"a message that is cut off":                        {sound[:len(sound)-1], nil},
		"a message cut off in a length":                    {slices.Concat(sound, []byte{3<<3 | 2, 0x80}), nil},
		"a message cut off in a fixed number":              {slices.Concat(sound, []byte{9<<3 | 5, 1, 2, 3}), nil},
		"a second user record that is bad":                 {slices.Concat(sound, record(data)), nil},
		"a length beyond the message":                      {slices.Concat(sound, []byte{3<<3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}), nil},
		"a number of more than 64 bits":                    {slices.Concat(sound, []byte{9 << 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}), nil},
		"a field of the number 0":                          {slices.Concat(sound, []byte{0, 0}), nil},
		"a field beyond all numbers":                       {slices.Concat(sound, appendVarint(nil, 1<<29, 1)), nil},
		"a wire type that there is not":                    {slices.Concat(sound, []byte{9<<3 | 6}), nil},
		"another wire type that there is not":              {slices.Concat(sound, []byte{9<<3 | 7}), nil},
		"a user record that ends in the middle of a field": {slices.Concat(key, record(index, []byte{3<<3 | 2, 9, 'a'})), nil},
	} {
		t.Run(name, func(t *testing.T) {
			aggregate := seal(tt.message)
			if tt.want == nil {
				tt.want = []string{string(aggregate)}
			}
			got := []string{}
			for _, r := range kinesissource.Deaggregate(aggregate) {
				got = append(got, string(r))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("user records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNotQuiteAggregatedIsPlain(t *testing.T) {
	sound := aggregated("a", "b")
	flipped := slices.Clone(sound)
	flipped[10] ^= 1
	digest := slices.Clone(sound)
	digest[len(digest)-1] ^= 1
	for name, data := range map[string][]byte{
		"no bytes":              {},
		"text":                  []byte("text"),
		"the magic alone":       []byte("\xf3\x89\x9a\xc2"),
		"an empty message":      seal(nil),
		"part of the magic":     sound[:3],
		"a flipped bit":         flipped,
		"a wrong digest":        digest,
		"a digest cut off":      sound[:len(sound)-1],
		"a newline behind it":   append(slices.Clone(sound), '\n'),
		"something before it":   append([]byte(" "), sound...),
		"two that run together": slices.Concat(sound, sound),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([][]byte{data}, kinesissource.Deaggregate(data)); diff != "" {
				t.Errorf("user records (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAKeyThatTheTableDoesNotHaveIsThatOfTheRecord(t *testing.T) {
	message := appendBytes(appendBytes(nil, 1, "user"), 3, string(appendBytes(appendVarint(nil, 1, 1), 3, "abc")))
	all := decode(t, event(t, put{shard, sequence(0), "whole", seal(message)}))
	if len(all) != 1 || all[0].Key != "whole" || all[0].Body != "abc" {
		t.Errorf("got %+v", all)
	}
}

// An aggregate says of itself how long its parts are. The most that it can make of its bytes is a user record of six.
func TestHostileAggregatesCostMemoryByTheirSize(t *testing.T) {
	const size = 1 << 20
	for name, message := range map[string][]byte{
		"user records of no bytes": bytes.Repeat([]byte{3<<3 | 2, 4, 1 << 3, 0, 3<<3 | 2, 0}, size/6),
		"keys of no bytes":         bytes.Repeat([]byte{1<<3 | 2, 0}, size/2),
		"a length beyond all":      append([]byte{3<<3 | 2, 0xff, 0xff, 0xff, 0xff, 0x7f}, make([]byte, size)...),
		"groups":                   bytes.Repeat([]byte{9<<3 | 3}, size),
	} {
		t.Run(name, func(t *testing.T) {
			data := seal(message)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			kinesissource.Deaggregate(data)
			runtime.ReadMemStats(&after)
			if most, got := uint64(64*size), after.TotalAlloc-before.TotalAlloc; got > most {
				t.Errorf("%d bytes were allocated for %d, want at most %d", got, len(data), most)
			}
		})
	}
}
