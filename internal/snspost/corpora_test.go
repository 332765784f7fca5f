package snspost_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/internal/snspost"
)

// The corpora have messages that SNS has signed, as bodies of SQS messages. Their certificates are not to be had any more.
func TestParseReadsTheMessagesOfTheCorpora(t *testing.T) {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = "../../../shared/corpora"
	}
	b, err := os.ReadFile(filepath.Join(dir, "cases", "events_lambda.jsonl"))
	if err != nil {
		t.Skipf("no corpora (STREAMALERT_CORPORA names their folder): %v", err)
	}
	var found []string
	for line := range bytes.Lines(b) {
		var v any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		found = append(found, messagesIn(v)...)
	}
	if len(found) < 20 {
		t.Errorf("found %d messages, want at least 20", len(found))
	}
	for _, s := range found {
		m, err := snspost.Parse([]byte(s))
		if err != nil {
			t.Errorf("%v: %s", err, s)
			continue
		}
		if m.Message == "" || !strings.HasPrefix(m.TopicARN, "arn:aws:sns:") || m.Verify(key(t)) == nil {
			t.Errorf("%+v", m)
		}
	}
}

// messagesIn are the texts in a JSON value, and in texts that are JSON themselves, that are messages in full.
func messagesIn(v any) (found []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			found = append(found, messagesIn(member)...)
		}
	case []any:
		for _, item := range v {
			found = append(found, messagesIn(item)...)
		}
	case string:
		var inner map[string]any
		if json.Unmarshal([]byte(v), &inner) != nil {
			return nil
		}
		if inner["SigningCertURL"] != nil && inner["Type"] == snspost.Notification {
			return []string{v}
		}
		return messagesIn(inner)
	}
	return found
}
