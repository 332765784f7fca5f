package snspost_test

// The messages in testdata and the certificates are real: its README says where they are from.

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/internal/snspost"
)

var real = []string{
	"notification.json", "notification-subject.json", "notification-v2.json", "subscription.json", "unsubscription-v2.json",
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func key(t testing.TB) *rsa.PublicKey {
	t.Helper()
	block, _ := pem.Decode(testdata(t, "signing.pem"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert.PublicKey.(*rsa.PublicKey)
}

func TestParseReadsWhatIsSigned(t *testing.T) {
	got, err := snspost.Parse(testdata(t, "notification-subject.json"))
	if err != nil {
		t.Fatal(err)
	}
	got.Signature = got.Signature[:4]
	want := &snspost.Message{
		Type:             snspost.Notification,
		MessageID:        "26858270-545e-5848-82a2-e05566af3dcf",
		TopicARN:         "arn:aws:sns:us-west-2:131990247566:dongie-standard-topic",
		Subject:          "My message subject",
		Message:          "Hello! This message has a subject.",
		Timestamp:        "2026-03-06T19:53:21.424Z",
		SignatureVersion: "1",
		Signature:        "jvNS",
		SigningCertURL: "https://sns.us-west-2.amazonaws.com/" +
			"SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func TestVerifyAcceptsWhatSNSHasSigned(t *testing.T) {
	for _, name := range real {
		m, err := snspost.Parse(testdata(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := m.Verify(key(t)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestVerifyRefusesAMessageOfWhichAnythingSignedIsChanged(t *testing.T) {
	for _, name := range real {
		for what, change := range map[string]func(*snspost.Message){
			"Message":      func(m *snspost.Message) { m.Message += "." },
			"MessageId":    func(m *snspost.Message) { m.MessageID += "0" },
			"Timestamp":    func(m *snspost.Message) { m.Timestamp = "2026-11-06T19:53:21.424Z" },
			"TopicArn":     func(m *snspost.Message) { m.TopicARN += "0" },
			"version to 1": func(m *snspost.Message) { m.SignatureVersion = string('1' + '2' - m.SignatureVersion[0]) },
			"version to 3": func(m *snspost.Message) { m.SignatureVersion = "3" },
			"no signature": func(m *snspost.Message) { m.Signature = "" },
			"signature":    func(m *snspost.Message) { m.Signature = "AAAA" + m.Signature[4:] },
			"not base64":   func(m *snspost.Message) { m.Signature = "*" + m.Signature[1:] },
			"Type": func(m *snspost.Message) {
				if m.Type == snspost.Notification {
					m.Type = snspost.UnsubscribeConfirmation
				} else {
					m.Type = snspost.Notification
				}
			},
			"Subject, Token or SubscribeURL": func(m *snspost.Message) {
				if m.Type == snspost.Notification {
					m.Subject += "x"
				} else {
					m.Token += "x"
				}
			},
			"SubscribeURL or Subject": func(m *snspost.Message) {
				if m.Type == snspost.Notification {
					m.Subject = "y" + m.Subject
				} else {
					m.SubscribeURL += "&x=y"
				}
			},
		} {
			m, err := snspost.Parse(testdata(t, name))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			change(m)
			if m.Verify(key(t)) == nil {
				t.Errorf("%s with another %s is accepted", name, what)
			}
		}
	}
}

func TestVerifyTakesNoNoticeOfWhatIsNotSigned(t *testing.T) {
	for _, name := range real {
		m, err := snspost.Parse(testdata(t, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m.SigningCertURL += "x"
		if m.Type == snspost.Notification {
			m.Token, m.SubscribeURL = "x", "y"
		} else {
			m.Subject = "x"
		}
		if err := m.Verify(key(t)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const small = `"Message":"m","MessageId":"i","TopicArn":"t","Timestamp":"s","SignatureVersion":"1","Signature":"c2ln","SigningCertURL":"u"`

func TestParseRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":                         "",
		"what is not JSON":                "Type=Notification",
		"null":                            "null",
		"an array":                        "[" + `{"Type":"Notification",` + small + "}]",
		"an object that is cut off":       `{"Type":"Notification",` + small,
		"an object with a comma too many": `{"Type":"Notification",` + small + ",}",
		"what stands behind":              `{"Type":"Notification",` + small + "} {}",
		"half of what stands behind":      `{"Type":"Notification",` + small + "}{",
		"no Type":                         `{` + small + "}",
		"an unknown Type":                 `{"Type":"notification",` + small + "}",
		"a Type that is null":             `{"Type":null,` + small + "}",
		"a Type of another name":          `{"type":"Notification",` + small + "}",
		"a member that is there twice":    `{"Type":"Notification","Message":"x",` + small + "}",
		"a name that is escaped and is there twice": `{"Type":"Notification","\u004dessage":"x",` + small + "}",
		"an unknown member that is there twice":     `{"Type":"Notification","x":1,"x":1,` + small + "}",
		"a message that is a number":                `{"Type":"Notification",` + strings.Replace(small, `"m"`, `1`, 1) + "}",
		"a message that is an object":               `{"Type":"Notification",` + strings.Replace(small, `"m"`, `{}`, 1) + "}",
		"a message that is a list":                  `{"Type":"Notification",` + strings.Replace(small, `"m"`, `["m"]`, 1) + "}",
		"no message":                                `{"Type":"Notification",` + strings.Replace(small, `"Message":"m",`, ``, 1) + "}",
		"a message that is null":                    `{"Type":"Notification",` + strings.Replace(small, `"m"`, `null`, 1) + "}",
		"no message ID":                             `{"Type":"Notification",` + strings.Replace(small, `"i"`, `""`, 1) + "}",
		"no topic":                                  `{"Type":"Notification",` + strings.Replace(small, `"t"`, `""`, 1) + "}",
		"no time":                                   `{"Type":"Notification",` + strings.Replace(small, `"s"`, `""`, 1) + "}",
		"no signature version":                      `{"Type":"Notification",` + strings.Replace(small, `"1"`, `""`, 1) + "}",
		"no signature":                              `{"Type":"Notification",` + strings.Replace(small, `"c2ln"`, `""`, 1) + "}",
		"no certificate":                            `{"Type":"Notification",` + strings.Replace(small, `"u"`, `""`, 1) + "}",
		"a message ID with a line break":            `{"Type":"Notification",` + strings.Replace(small, `"i"`, `"i\nSubject\nx"`, 1) + "}",
		"a subject with a line break":               `{"Type":"Notification","Subject":"a\nb",` + small + "}",
		"a topic with a line break":                 `{"Type":"Notification",` + strings.Replace(small, `"t"`, `"t\n"`, 1) + "}",
		"a time with a line break":                  `{"Type":"Notification",` + strings.Replace(small, `"s"`, `"s\n"`, 1) + "}",
		"a confirmation without Token":              `{"Type":"SubscriptionConfirmation","SubscribeURL":"u",` + small + "}",
		"a confirmation without SubscribeURL":       `{"Type":"UnsubscribeConfirmation","Token":"u",` + small + "}",
		"a Token with a line break":                 `{"Type":"SubscriptionConfirmation","SubscribeURL":"u","Token":"a\nb",` + small + "}",
		"a SubscribeURL with a line break":          `{"Type":"SubscriptionConfirmation","SubscribeURL":"u\n","Token":"a",` + small + "}",
		"bytes that are no UTF-8":                   `{"Type":"Notification",` + strings.Replace(small, `"m"`, "\"\xff\"", 1) + "}",
		"too many members":                          `{"Type":"Notification",` + members(60) + small + "}",
		"what is nested without an end":             `{"Type":"Notification",` + small + `,"x":` + strings.Repeat("[", 100_000),
		"a name without an end":                     `{"` + strings.Repeat("T", 1_000_000),
	} {
		m, err := snspost.Parse([]byte(body))
		if err == nil {
			t.Errorf("%s is accepted: %+v", name, m)
		}
		if m != nil {
			t.Errorf("%s: a message beside an error", name)
		}
	}
}

func members(n int) string {
	var s strings.Builder
	for i := range n {
		s.WriteString(`"x` + strings.Repeat("x", i) + `":null,`)
	}
	return s.String()
}

func TestParseTakesWhatItDoesNotKnow(t *testing.T) {
	body := `{"Type":"Notification","Subject":null,"MessageAttributes":{"a":{"Type":"String","Value":"b"}},` +
		`"Token":"","UnsubscribeURL":"u",` + members(40) + small + " } \n"
	got, err := snspost.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	want := &snspost.Message{
		Type: snspost.Notification, MessageID: "i", TopicARN: "t", Message: "m", Timestamp: "s",
		SignatureVersion: "1", Signature: "c2ln", SigningCertURL: "u",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range real {
		f.Add(testdata(f, name))
	}
	f.Add([]byte(`{"Type":"Notification","x":[{}],` + small + "}"))
	public := key(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := snspost.Parse(body)
		if (m == nil) == (err == nil) {
			t.Fatalf("message %v, error %v", m, err)
		}
		if m != nil && m.Verify(public) == nil && !strings.Contains(string(body), "dongie-standard-topic") {
			t.Fatalf("a forged message is accepted: %q", body)
		}
	})
}
