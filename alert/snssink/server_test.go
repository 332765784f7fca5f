package snssink_test

// This file imitates the PublishBatch action of Amazon SNS over the AWS Query protocol: a form-encoded request, an XML
// answer. It is made from the API reference (PublishBatch, PublishBatchRequestEntry, MessageAttributeValue, Common
// Errors) and the developer guide (Amazon SNS message attributes), and refuses what those say SNS refuses. The
// integration tests hold the sink against an independent server.

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

const (
	topic = "arn:aws:sns:us-east-1:123456789012:alerts"
	fifo  = topic + ".fifo"
)

// entry is one message as it came in.
type entry struct {
	ID, Message, Group, Dedup string
	Attributes                map[string]string
}

// answer is what the server says of one entry; the zero answer accepts it.
type answer struct {
	Code, Message string
	SenderFault   bool
	Silent        bool // neither accepted nor refused
}

// server is an SNS that knows one topic.
type server struct {
	*httptest.Server
	// Answer, where it is set, decides about an entry that nothing is wrong with.
	Answer func(entry) answer
	// Fail, where it is set, may make a whole call, counted from 1, fail with an HTTP status and a code.
	Fail func(call int) (status int, code string)
	// MaxBytes is the topic's MaximumMessageSize.
	MaxBytes int

	mu       sync.Mutex
	stalled  bool
	calls    [][]entry
	accepted []entry
}

func newServer(t testing.TB) *server {
	s := &server{MaxBytes: 262_144}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// client is the SDK's own client of the server, which does not retry.
func (s *server) client() *sns.Client {
	return sns.New(sns.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(s.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET"}, nil
		}),
		RetryMaxAttempts: 1,
		HTTPClient:       s.Client(),
	})
}

// Calls are the entries of each call, well-formed or not.
func (s *server) Calls() [][]entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]entry(nil), s.calls...)
}

// Accepted are the messages that the topic took.
func (s *server) Accepted() []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]entry(nil), s.accepted...)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Form.Get("Action") != "PublishBatch" {
		writeError(w, http.StatusBadRequest, "InvalidAction")
		return
	}
	entries := readEntries(r.Form)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stalled {
		<-r.Context().Done()
		return
	}
	s.calls = append(s.calls, entries)
	if s.Fail != nil {
		if status, code := s.Fail(len(s.calls)); code != "" {
			writeError(w, status, code)
			return
		}
	}
	arn := r.Form.Get("TopicArn")
	if code := s.refuseCall(arn, entries); code != "" {
		writeError(w, http.StatusBadRequest, code)
		return
	}
	var out result
	for i, e := range entries {
		a := refuseEntry(e, arn == fifo)
		if a == (answer{}) && s.Answer != nil {
			a = s.Answer(e)
		}
		switch {
		case a.Silent:
		case a.Code != "":
			out.Failed = append(out.Failed, failure{e.ID, a.Code, a.Message, a.SenderFault})
		default:
			out.Successful = append(out.Successful, success{e.ID, fmt.Sprint("message-", len(s.calls), "-", i)})
			s.accepted = append(s.accepted, e)
		}
	}
	w.Header().Set("Content-Type", "text/xml")
	_ = xml.NewEncoder(w).Encode(response{Result: out, RequestID: "request"})
}

// refuseCall is the code of the error that the whole call earns.
func (s *server) refuseCall(arn string, entries []entry) string {
	if arn != topic && arn != fifo {
		return "NotFound"
	}
	if len(entries) == 0 {
		return "EmptyBatchRequest"
	}
	if len(entries) > 10 {
		return "TooManyEntriesInBatchRequest"
	}
	ids, size := make(map[string]bool), 0
	for _, e := range entries {
		if !validID.MatchString(e.ID) {
			return "InvalidBatchEntryId"
		}
		if ids[e.ID] {
			return "BatchEntryIdsNotDistinct"
		}
		ids[e.ID] = true
		size += e.size()
	}
	if size > s.MaxBytes {
		return "BatchRequestTooLong"
	}
	return ""
}

var (
	validID    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)
	validToken = regexp.MustCompile("^[A-Za-z0-9!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]{1,128}$")
	validName  = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

func (e entry) size() int {
	n := len(e.Message)
	for name, value := range e.Attributes {
		n += len(name) + len("String") + len(value)
	}
	return n
}

// refuseEntry is what SNS says of an entry of a kind that it refuses.
func refuseEntry(e entry, fifo bool) answer {
	texts := []string{e.Message}
	for name, value := range e.Attributes {
		if !validName.MatchString(name) || len(name) > 256 {
			return answer{"InvalidParameterValue", "attribute name", true, false}
		}
		texts = append(texts, value)
	}
	for _, text := range texts {
		if text == "" || !utf8.ValidString(text) || strings.ContainsFunc(text, invalidRune) {
			return answer{"InvalidParameterValue", "empty, or an invalid character", true, false}
		}
	}
	if fifo != (e.Group != "") || fifo != (e.Dedup != "") {
		return answer{"InvalidParameter", "group and deduplication ID are for FIFO topics", true, false}
	}
	if fifo && (!validToken.MatchString(e.Group) || !validToken.MatchString(e.Dedup)) {
		return answer{"InvalidParameter", "group or deduplication ID", true, false}
	}
	return answer{}
}

func invalidRune(r rune) bool {
	return !(r == 9 || r == 10 || r == 13 || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000)
}

func readEntries(form url.Values) []entry {
	var all []entry
	for n := 1; ; n++ {
		p := "PublishBatchRequestEntries.member." + strconv.Itoa(n) + "."
		if !form.Has(p + "Id") {
			return all
		}
		e := entry{ID: form.Get(p + "Id"), Message: form.Get(p + "Message"), Group: form.Get(p + "MessageGroupId"),
			Dedup: form.Get(p + "MessageDeduplicationId"), Attributes: make(map[string]string)}
		for m := 1; form.Has(p + "MessageAttributes.entry." + strconv.Itoa(m) + ".Name"); m++ {
			a := p + "MessageAttributes.entry." + strconv.Itoa(m) + "."
			if form.Get(a+"Value.DataType") == "String" {
				e.Attributes[form.Get(a+"Name")] = form.Get(a + "Value.StringValue")
			}
		}
		all = append(all, e)
	}
}

type (
	response struct {
		XMLName   xml.Name `xml:"http://sns.amazonaws.com/doc/2010-03-31/ PublishBatchResponse"`
		Result    result   `xml:"PublishBatchResult"`
		RequestID string   `xml:"ResponseMetadata>RequestId"`
	}
	result struct {
		Successful []success `xml:"Successful>member"`
		Failed     []failure `xml:"Failed>member"`
	}
	success struct {
		ID        string `xml:"Id"`
		MessageID string `xml:"MessageId"`
	}
	failure struct {
		ID          string `xml:"Id"`
		Code        string `xml:"Code"`
		Message     string `xml:"Message"`
		SenderFault bool   `xml:"SenderFault"`
	}
)

func writeError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>`+
		`<Code>%s</Code><Message>as told</Message></Error><RequestId>request</RequestId></ErrorResponse>`, code)
}
