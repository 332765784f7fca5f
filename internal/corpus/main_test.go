package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wanted is what a case wants of the answer. The question does not have it.
type wanted struct {
	Payloads [][]byte
	Error    bool
}

// cases are the lines of a file of the corpora, as questions and what they want.
func cases(t *testing.T, file string) (questions []byte, want map[string]wanted) {
	t.Helper()
	f, err := os.Open(filepath.Join(corpora(t), "cases", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want = map[string]wanted{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var c map[string]json.RawMessage
		var id string
		var w wanted
		for _, err := range []error{
			json.Unmarshal(lines.Bytes(), &c),
			json.Unmarshal(c["id"], &id),
			json.Unmarshal(c["want"], &w),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, secret := range []string{"want", "source", "note"} { // as score.py
			delete(c, secret)
		}
		q, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		questions = append(append(questions, q...), '\n')
		want[id] = w
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return questions, want
}

func TestAllCasesPass(t *testing.T) {
	for file, least := range map[string]int{"events_lambda.jsonl": 210, "events_kpl.jsonl": 51} {
		t.Run(file, func(t *testing.T) {
			questions, want := cases(t, file)
			if len(want) < least {
				t.Errorf("%d cases, want at least %d", len(want), least)
			}
			var answers bytes.Buffer
			if err := run(t.Context(), bytes.NewReader(questions), &answers, false); err != nil {
				t.Fatal(err)
			}
			in := json.NewDecoder(&answers)
			for in.More() {
				var a answer
				if err := in.Decode(&a); err != nil {
					t.Fatal(err)
				}
				w, ok := want[a.ID]
				if !ok {
					t.Errorf("%s: not asked for, or answered twice", a.ID)
				}
				delete(want, a.ID)
				if (a.Error != "") != w.Error {
					t.Errorf("%s: error %q, want one: %v", a.ID, a.Error, w.Error)
				}
				got := [][]byte{}
				for _, p := range a.Payloads {
					got = append(got, p.Body)
				}
				if diff := cmp.Diff(w.Payloads, got); diff != "" && !w.Error {
					t.Errorf("%s: payloads (-want +got):\n%s", a.ID, diff)
				}
			}
			for id := range want {
				t.Errorf("%s: no answer", id)
			}
		})
	}
}

func TestAnswersAreOfTheProtocol(t *testing.T) {
	for name, test := range map[string]struct{ question, want string }{
		"a payload":           {`{"id":"1","kind":"kpl","input_b64":"YQ=="}`, `{"id":"1","payloads":[{"body_b64":"YQ=="}]}`},
		"no bytes":            {`{"id":"2","kind":"kpl","input_b64":""}`, `{"id":"2","payloads":[{"body_b64":""}]}`},
		"text":                {`{"id":"3","kind":"kpl","input":"a"}`, `{"id":"3","payloads":[{"body_b64":"YQ=="}]}`},
		"no payload":          {`{"id":"4","kind":"lambda_event","input":"{\"Event\":\"s3:TestEvent\"}"}`, `{"id":"4","payloads":[]}`},
		"an error":            {`{"id":"5","kind":"lambda_event","input":"{"}`, `{"id":"5","payloads":[],"error":"source: event not decoded: lambdasource: event: not JSON, or nested too deep"}`},
		"a kind that is none": {`{"id":"6","kind":"guess","log":"x","input":"a"}`, `{"id":"6","error":"corpus: questions of the kind \"guess\" are not answered"}`},
		"a record":            {`{"id":"9","kind":"parse","log":"aws.cloudtrail","input":"{\"eventVersion\":\"1.08\",\"eventTime\":\"2023-07-10T11:42:19Z\",\"awsRegion\":\"x\"}"}`, `{"id":"9","records":[{"log":"aws.cloudtrail","time":"2023-07-10T11:42:19Z","record":{"eventVersion":"1.08","eventTime":"2023-07-10T11:42:19Z","awsRegion":"x"}}]}`},
		"two questions":       {"{\"id\":\"7\",\"kind\":\"kpl\"}\n\n{\"id\":\"8\",\"kind\":\"kpl\"}", "{\"id\":\"7\",\"payloads\":[{\"body_b64\":\"\"}]}\n{\"id\":\"8\",\"payloads\":[{\"body_b64\":\"\"}]}"},
		"none":                {"", ""},
	} {
		var got strings.Builder
		if err := run(t.Context(), strings.NewReader(test.question), &got, false); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, strings.TrimSuffix(got.String(), "\n")); diff != "" {
			t.Errorf("%s: answer (-want +got):\n%s", name, diff)
		}
	}
}

func TestAQuestionThatIsNoJSONEndsTheRun(t *testing.T) {
	var got strings.Builder
	if err := run(t.Context(), strings.NewReader(`{"id":`), &got, false); err == nil {
		t.Error("no error")
	}
}
