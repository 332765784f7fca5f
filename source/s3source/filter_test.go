package s3source_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/streamalert/streamalert-go/source/s3source"
)

const (
	trail  = "AWSLogs/123456789012/CloudTrail/us-east-1/2023/07/10/123456789012_CloudTrail_us-east-1_20230710T1145Z_oVWmwGG5Yhtbh06g.json.gz"
	digest = "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2023/07/10/123456789012_CloudTrail-Digest_us-east-1_trail_us-east-1_20230710T114500Z.json.gz"
	check  = "AWSLogs/123456789012/Config/ConfigWritabilityCheckFile"
)

// What a filter leaves out yields no payload, and nobody is asked for it.
func TestFilters(t *testing.T) {
	size := func(n int) func(key string) change {
		return func(key string) change {
			return func(_, _, object map[string]any) {
				put(key)(nil, nil, object)
				object["size"] = n
			}
		}
	}
	for _, test := range []struct {
		name   string
		filter s3source.Filter
		key    string
		how    func(key string) change // nil: put
		want   s3source.SkipReason     // "": delivered
	}{
		{"without any, all is delivered", s3source.Filter{}, trail, nil, ""},
		{"CloudTrail's digests hold no logs", s3source.Filter{}, digest, nil, s3source.SkipNoLog},
		{"AWS Config's test file holds no logs", s3source.Filter{}, check, nil, s3source.SkipNoLog},
		{"a file that only begins like the test file is delivered", s3source.Filter{}, check + ".json", nil, ""},
		{"digests are delivered where they are wanted", s3source.Filter{NoLogs: true}, digest, nil, ""},
		{"a folder", s3source.Filter{}, "AWSLogs/", size(0), s3source.SkipFolder},
		{"a folder that holds bytes is delivered", s3source.Filter{}, "AWSLogs/", size(1), ""},
		{"an object of no bytes is delivered", s3source.Filter{}, "AWSLogs/a", size(0), ""},

		{"of an allowed bucket", s3source.Filter{Buckets: []string{"other", "amzn-s3-demo-bucket"}}, trail, nil, ""},
		{"of a bucket that is not allowed", s3source.Filter{Buckets: []string{"amzn-s3-demo"}}, trail, nil, s3source.SkipBucket},
		{"of a bucket that is not allowed, whatever the key", s3source.Filter{Buckets: []string{"other"}, Keys: []s3source.Key{{Prefix: "AWS"}}}, trail, nil, s3source.SkipBucket},

		{"with the prefix", s3source.Filter{Keys: []s3source.Key{{Prefix: "AWSLogs/"}}}, trail, nil, ""},
		{"without the prefix", s3source.Filter{Keys: []s3source.Key{{Prefix: "Logs/"}}}, trail, nil, s3source.SkipKey},
		{"with the suffix", s3source.Filter{Keys: []s3source.Key{{Suffix: ".json.gz"}}}, trail, nil, ""},
		{"without the suffix", s3source.Filter{Keys: []s3source.Key{{Suffix: ".json"}}}, trail, nil, s3source.SkipKey},
		{"the prefix and the suffix of one key", s3source.Filter{Keys: []s3source.Key{{Prefix: "AWSLogs/", Suffix: ".csv"}}}, trail, nil, s3source.SkipKey},
		{"one key of two", s3source.Filter{Keys: []s3source.Key{{Suffix: ".csv"}, {Prefix: "AWSLogs/"}}}, trail, nil, ""},
		{"of the glob", s3source.Filter{Keys: []s3source.Key{{Glob: "AWSLogs/*/CloudTrail/*/????/??/??/*.json.gz"}}}, trail, nil, ""},
		{"not of the glob, whose star matches no slash", s3source.Filter{Keys: []s3source.Key{{Glob: "AWSLogs/*.json.gz"}}}, trail, nil, s3source.SkipKey},
		{"of the regexp, anywhere", s3source.Filter{Keys: []s3source.Key{{Regexp: regexp.MustCompile(`/CloudTrail/us-(east|west)-\d/`)}}}, trail, nil, ""},
		{"not of the regexp", s3source.Filter{Keys: []s3source.Key{{Regexp: regexp.MustCompile(`^CloudTrail/`)}}}, trail, nil, s3source.SkipKey},
		{"the glob, but not the regexp", s3source.Filter{Keys: []s3source.Key{{Glob: "a*", Regexp: regexp.MustCompile("c")}}}, "ab", nil, s3source.SkipKey},
		{"excepted", s3source.Filter{Keys: []s3source.Key{{Prefix: "AWSLogs/"}}, Except: []s3source.Key{{Suffix: ".gz"}}}, trail, nil, s3source.SkipKey},
		{"not excepted", s3source.Filter{Except: []s3source.Key{{Suffix: ".tmp"}}}, trail, nil, ""},
		{"the key as it is, not as it is announced", s3source.Filter{Keys: []s3source.Key{{Prefix: "a b/"}}}, "a+b/c", nil, ""},

		{"of the least size", s3source.Filter{MinSize: 10, MaxSize: 20}, "a", size(10), ""},
		{"smaller", s3source.Filter{MinSize: 10, MaxSize: 20}, "a", size(9), s3source.SkipSize},
		{"of the greatest size", s3source.Filter{MinSize: 10, MaxSize: 20}, "a", size(20), ""},
		{"larger", s3source.Filter{MinSize: 10, MaxSize: 20}, "a", size(21), s3source.SkipSize},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int64
			var skipped []s3source.Skip
			o := s3source.Objects{
				Client: newClient(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) }),
				Filter: test.filter, Skipped: func(s s3source.Skip) { skipped = append(skipped, s) },
			}
			if test.how == nil {
				test.how = put
			}
			b, err := o.Decode(t.Context(), notification(t, test.how(test.key)))
			if err != nil || (len(b.Payloads) == 1) != (test.want == "") {
				t.Errorf("%d payloads, %v", len(b.Payloads), err)
			}
			wantSkipped(t, skipped, test.want, test.key, "")
			if n := requests.Load(); n > 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// CloudTrail's own announcement tells no sizes.
func TestASizeThatIsNotAnnouncedIsLookedAtInTheAnswer(t *testing.T) {
	for _, test := range []struct {
		name, key, body string
		filter          s3source.Filter
		want            s3source.SkipReason
	}{
		{"within the bounds", "a", "0123456789", s3source.Filter{MinSize: 10, MaxSize: 10}, ""},
		{"too large", "a", "0123456789", s3source.Filter{MaxSize: 9}, s3source.SkipSize},
		{"too small", "a", "0123456789", s3source.Filter{MinSize: 11}, s3source.SkipSize},
		{"a folder", "a/", "", s3source.Filter{}, s3source.SkipFolder},
		{"no bytes", "a", "", s3source.Filter{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var skipped []s3source.Skip
			o := s3source.Objects{
				Client: newClient(t, objects(map[string]string{"amzn-s3-demo-bucket/" + test.key: test.body})),
				Filter: test.filter, Skipped: func(s s3source.Skip) { skipped = append(skipped, s) },
			}
			b, err := o.Decode(t.Context(), []byte(`{"s3Bucket":"amzn-s3-demo-bucket","s3ObjectKey":["`+test.key+`"]}`))
			if err != nil || len(b.Payloads) != 1 {
				t.Fatalf("%d payloads, %v", len(b.Payloads), err)
			}
			body, err := read(t.Context(), b.Payloads[0])
			if err != nil || test.want == "" && body != test.body || test.want != "" && body != "" {
				t.Errorf("%q, %v", body, err)
			}
			got := s3source.SkipReason("")
			for _, s := range skipped {
				got += s.Reason
			}
			if got != test.want {
				t.Errorf("skipped for %q, want %q", got, test.want)
			}
		})
	}
}

// A filter that is wrong is nobody's fault but the program's: nothing may be lost, or taken for done, for it.
func TestAWrongFilterFailsWhatItWasAskedFor(t *testing.T) {
	for _, test := range []struct {
		name   string
		filter s3source.Filter
		want   string
	}{
		{"a malformed glob, of a key that the prefix excludes", s3source.Filter{Keys: []s3source.Key{{Prefix: "b", Glob: "a[b"}}}, `Glob "a[b": syntax error in pattern`},
		{"a malformed glob in Except", s3source.Filter{Except: []s3source.Key{{Glob: `a\`}}}, `Glob "a\\": syntax error in pattern`},
		{"a key without fields", s3source.Filter{Keys: []s3source.Key{{}}}, "Key without any field"},
		{"an exception of all", s3source.Filter{Except: []s3source.Key{{Suffix: "a"}, {}}}, "Key without any field"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := s3source.Objects{Filter: test.filter, Skipped: func(s s3source.Skip) { t.Errorf("skipped: %+v", s) }}
			_, err := read(t.Context(), payload(t, o, put("a")))
			if kindOf(err) != "transient" || !strings.HasPrefix(err.Error(), "s3source: Filter has ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v is %q", err, kindOf(err))
			}
		})
	}
}
