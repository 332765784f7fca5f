package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	const (
		pass  = `{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: chatter\n"}{"Action":"pass","Package":"p","Test":"TestA"}`
		close = `{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}{"Action":"pass","Package":"p"}`
		skip  = `{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:4: no server\n"}{"Action":"skip","Package":"p","Test":"TestB"}`
	)
	for _, test := range []struct {
		name   string
		in     string
		strict bool
		want   string
		wantOK bool
	}{
		{
			name:   "what passed is only counted",
			in:     pass + close,
			strict: true,
			want:   "ok  \tp\t0.1s\n\n1 passed, 0 failed, 0 skipped\n",
			wantOK: true,
		},
		{
			name:   "what was skipped is listed with its reason",
			in:     pass + skip + close,
			want:   "ok  \tp\t0.1s\n\nSkipped:\np TestB\n    b_test.go:4: no server\n\n1 passed, 0 failed, 1 skipped\n",
			wantOK: true,
		},
		{
			name:   "what was skipped fails where all is wanted",
			in:     pass + skip + close,
			strict: true,
			want:   "ok  \tp\t0.1s\n\nSkipped:\np TestB\n    b_test.go:4: no server\n\n1 passed, 0 failed, 1 skipped\nIn CI no test may be skipped.\n",
		},
		{
			name:   "a seed that a fuzz target passes over is no test that was skipped",
			in:     pass + `{"Action":"skip","Package":"p","Test":"FuzzA/seed#0"}` + close,
			strict: true,
			want:   "ok  \tp\t0.1s\n\n1 passed, 0 failed, 0 skipped\n",
			wantOK: true,
		},
		{
			name: "what failed is shown",
			in: pass + `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:5: wrong\n"}{"Action":"fail","Package":"p","Test":"TestC"}` +
				`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}{"Action":"fail","Package":"p"}`,
			want: "    c_test.go:5: wrong\nFAIL\tp\t0.1s\n\n1 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "a crash fails and shows what was said before it",
			in: pass + `{"Action":"output","Package":"p","Test":"TestC","Output":"panic: boom\n"}` +
				`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}{"Action":"fail","Package":"p"}`,
			want: "FAIL\tp\t0.1s\npanic: boom\n\n1 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "a package that does not build fails and says why",
			in: pass + `{"Action":"build-output","ImportPath":"p [p.test]","Output":"p/a.go:1: undefined: x\n"}{"Action":"build-fail","ImportPath":"p [p.test]"}` +
				`{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`,
			want: "p/a.go:1: undefined: x\nFAIL\tp [build failed]\n\n1 passed, 1 failed, 0 skipped\n",
		},
		{
			name: "no test at all fails, and the go command's own words are kept",
			in:   "go: no module\n",
			want: "go: no module\n\n0 passed, 0 failed, 0 skipped\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got strings.Builder
			ok := report(strings.NewReader(strings.ReplaceAll(test.in, "}{", "}\n{")), &got, test.strict)
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Error(diff)
			}
			if ok != test.wantOK {
				t.Errorf("report says %v, want %v", ok, test.wantOK)
			}
		})
	}
}
