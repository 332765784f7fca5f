// Package snspost reads what Amazon SNS posts to an HTTP endpoint, and checks its signature. It knows nothing of
// certificates: that the key is SNS's own is for its user to find out.
package snspost

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // SignatureVersion 1 is made with it
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"strings"
	"unicode/utf8"
)

// The types of messages, as in the header x-amz-sns-message-type and in the member Type.
const (
	Notification             = "Notification"
	SubscriptionConfirmation = "SubscriptionConfirmation"
	UnsubscribeConfirmation  = "UnsubscribeConfirmation"
)

// Message is the JSON document in the body of a request, as far as it is signed or says how. Message attributes are not
// signed, so they are not here.
type Message struct {
	Type, MessageID, TopicARN, Subject, Message, Timestamp string
	Token, SubscribeURL                                    string // of confirmations
	SignatureVersion, Signature, SigningCertURL            string
}

var (
	errNotMessage = errors.New("not an SNS message")
	errTwice      = errors.New("not an SNS message: a member is there twice")
	errMembers    = errors.New("not an SNS message: too many members")
	errMissing    = errors.New("not an SNS message: a member is missing")
	errControl    = errors.New("not an SNS message: control characters where there are none")
	errVersion    = errors.New("unknown signature version")
	errSignature  = errors.New("the signature is not that of the message")
)

// maxMembers is several times what SNS sends, and it may send more one day.
const maxMembers = 64

// Parse reads a body: one JSON object, no member of which is there twice, with those that a message of its Type must
// have. It keeps nothing of body, and its errors have nothing of it.
func Parse(body []byte) (*Message, error) {
	if !utf8.Valid(body) { // or the decoder would mend it
		return nil, errNotMessage
	}
	m := new(Message)
	if err := m.decode(json.NewDecoder(bytes.NewReader(body))); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Message) decode(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errNotMessage
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		switch {
		case err != nil || !ok:
			return errNotMessage
		case seen[name]:
			return errTwice
		case len(seen) == maxMembers:
			return errMembers
		}
		seen[name] = true
		if err := decodeMember(dec, m.member(name)); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return errNotMessage
	}
	if _, err := dec.Token(); err != io.EOF {
		return errNotMessage
	}
	return nil
}

// decodeMember reads a value into a string, which null leaves empty; or passes it, where to is nil.
func decodeMember(dec *json.Decoder, to *string) error {
	var err error
	if to == nil {
		err = dec.Decode(new(json.RawMessage))
	} else {
		err = dec.Decode(to)
	}
	if err != nil {
		return errNotMessage
	}
	return nil
}

// member is where a member of that very name goes, or nil.
func (m *Message) member(name string) *string {
	switch name {
	case "Type":
		return &m.Type
	case "MessageId":
		return &m.MessageID
	case "TopicArn":
		return &m.TopicARN
	case "Subject":
		return &m.Subject
	case "Message":
		return &m.Message
	case "Timestamp":
		return &m.Timestamp
	case "Token":
		return &m.Token
	case "SubscribeURL":
		return &m.SubscribeURL
	case "SignatureVersion":
		return &m.SignatureVersion
	case "Signature":
		return &m.Signature
	case "SigningCertURL":
		return &m.SigningCertURL
	}
	return nil
}

func (m *Message) check() error {
	required := []string{m.Message, m.MessageID, m.TopicARN, m.Timestamp, m.SignatureVersion, m.Signature,
		m.SigningCertURL}
	switch m.Type {
	case Notification:
	case SubscriptionConfirmation, UnsubscribeConfirmation:
		required = append(required, m.Token, m.SubscribeURL)
	default:
		return errNotMessage
	}
	for _, s := range required {
		if s == "" {
			return errMissing
		}
	}
	// What is signed is lines: a line break in one of these would let a part of the message pass for another member.
	for _, s := range []string{m.MessageID, m.TopicARN, m.Subject, m.Timestamp, m.Token, m.SubscribeURL} {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
			return errControl
		}
	}
	return nil
}

// Verify says whether the owner of the key has signed the message. SignatureVersion 1 is SHA1 with RSA, 2 is SHA256
// with RSA.
func (m *Message) Verify(key *rsa.PublicKey) error {
	var h hash.Hash
	var kind crypto.Hash
	switch m.SignatureVersion {
	case "1":
		h, kind = sha1.New(), crypto.SHA1 //nolint:gosec // SignatureVersion 1 is made with it
	case "2":
		h, kind = sha256.New(), crypto.SHA256
	default:
		return errVersion
	}
	signature, err := base64.StdEncoding.DecodeString(m.Signature)
	if err != nil {
		return errSignature
	}
	m.writeSigned(h)
	if rsa.VerifyPKCS1v15(key, kind, h.Sum(nil), signature) != nil {
		return errSignature
	}
	return nil
}

// writeSigned writes the string to sign. AWS: Verifying the signature of an Amazon SNS message when using HTTP
// query-based requests, https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
func (m *Message) writeSigned(w io.Writer) {
	confirmation := m.Type != Notification
	line := func(name, value string) {
		for _, s := range []string{name, "\n", value, "\n"} {
			_, _ = io.WriteString(w, s) // a hash takes all
		}
	}
	line("Message", m.Message)
	line("MessageId", m.MessageID)
	if !confirmation && m.Subject != "" {
		line("Subject", m.Subject)
	}
	if confirmation {
		line("SubscribeURL", m.SubscribeURL)
	}
	line("Timestamp", m.Timestamp)
	if confirmation {
		line("Token", m.Token)
	}
	line("TopicArn", m.TopicARN)
	line("Type", m.Type)
}
