package alert

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/streamalert/streamalert-go/rule"
)

// Text is a sink that writes alerts for people to read, a few lines each:
//
//	HIGH      2023-07-10T11:42:36Z  Root account signed in to the console  aws.console.root-login
//	          aws.cloudtrail  s3:logs/AWSLogs/1.json.gz@v1  record 12 at offset 18342
//	          eventName          "ConsoleLogin"
//	          userIdentity.type  "Root"
//
// The rule's own fields come before the conditions that held, its runbook after them, and the title of a staged rule's
// alert begins with "(staged)". The record itself is not written; its place is. Whatever an attacker put into a log stays text: control and format
// characters (escape sequences, newlines, changes of writing direction) are written as escapes, and what is long is cut.
//
// Text is safe for concurrent use; the lines of one alert stay together. Failed and short writes are answered for as
// [NDJSON] does. It must not be copied after its first use.
type Text struct {
	// W is what is written to.
	W io.Writer
	// Color is whether severities are coloured, ColorAuto where it is 0.
	Color Color

	lines lines
}

// Color is whether a [Text] uses the colours of a terminal.
type Color uint8

// The choices of [Color].
const (
	// ColorAuto uses colours where W is a terminal, the environment variable NO_COLOR is empty or not set
	// (https://no-color.org), and TERM is not dumb.
	ColorAuto Color = iota
	ColorAlways
	ColorNever
)

// What a person takes in at a glance. Longer is cut, in characters.
const (
	longestText    = 200
	longestField   = 64
	longestPlace   = 512
	widestField    = 32 // fields up to this width are aligned
	mostConditions = 24
)

// Send writes the batch. See [Sink] for what it returns.
func (t *Text) Send(ctx context.Context, batch []*Alert) error {
	color := t.colored()
	return t.lines.send(ctx, "text", t.W, batch, func(b []byte, a *Alert) ([]byte, error) {
		return a.appendText(b, color), nil
	})
}

func (t *Text) colored() bool {
	if t.Color != ColorAuto {
		return t.Color == ColorAlways
	}
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	f, ok := t.W.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&fs.ModeCharDevice != 0
}

const indent = "          " // the width of a severity, and two

// appendText appends the alert's lines, and an empty one.
func (a *Alert) appendText(b []byte, color bool) []byte {
	b = appendSeverity(b, a.Severity, color)
	b = append(a.appendWhen(b), ' ', ' ')
	if a.Staged {
		b = append(b, "(staged) "...)
	}
	if title := cmp.Or(a.Title, a.Rule.Title); title != "" {
		b = append(appendVisible(b, title, longestText), ' ', ' ')
	}
	b = append(appendVisible(b, a.Rule.ID, longestText), "\n"+indent...)
	if a.Log != "" {
		b = append(appendVisible(b, a.Log, longestField), ' ', ' ')
	}
	b = appendVisible(b, a.Origin.String(), longestPlace)
	b = fmt.Appendf(b, "  record %d at offset %d\n", a.Origin.Index, a.Origin.Offset)

	width := a.width()
	for i, name := range slices.Sorted(maps.Keys(a.Fields)) {
		if i == mostConditions {
			b = fmt.Appendf(b, "%sand %d more\n", indent, len(a.Fields)-i)
			break
		}
		b = appendName(append(b, indent...), name, width)
		b = append(appendVisible(b, a.Fields[name], longestText), '\n')
	}
	for i, h := range a.Matched {
		if i == mostConditions {
			b = fmt.Appendf(b, "%sand %d more\n", indent, len(a.Matched)-i)
			break
		}
		b = appendHeld(append(b, indent...), h, width)
	}
	if a.Rule.Runbook != "" {
		b = appendVisible(append(b, indent+"runbook: "...), a.Rule.Runbook, longestPlace)
		b = append(b, '\n')
	}
	return append(b, '\n')
}

// width is how wide the column of names is.
func (a *Alert) width() (width int) {
	for _, h := range a.Matched {
		if n := utf8.RuneCountInString(h.Field); n <= widestField && hasValue(h) {
			width = max(width, n)
		}
	}
	for name := range a.Fields {
		if n := utf8.RuneCountInString(name); n <= widestField {
			width = max(width, n)
		}
	}
	return width
}

// appendName appends a name of a field, filled up to the column behind it.
func appendName(b []byte, name string, width int) []byte {
	b = appendVisible(b, name, longestField)
	for n := utf8.RuneCountInString(name); n < width; n++ {
		b = append(b, ' ')
	}
	return append(b, ' ', ' ')
}

// appendHeld appends the line of one condition: the field and its value, or the condition in words where it held for
// want of a value.
func appendHeld(b []byte, h rule.Held, width int) []byte {
	if !hasValue(h) {
		return append(appendVisible(b, h.Condition, longestText), '\n')
	}
	value := appendRaw(nil, h.Value)
	return append(appendVisible(appendName(b, h.Field, width), string(value), longestText), '\n')
}

func hasValue(h rule.Held) bool { return h.Field != "" && len(h.Value) > 0 }

func (a *Alert) appendWhen(b []byte) []byte {
	if !a.Time.IsZero() {
		return a.Time.UTC().AppendFormat(b, time.RFC3339)
	}
	if !a.Detected.IsZero() {
		return a.Detected.UTC().AppendFormat(append(b, "detected "...), time.RFC3339)
	}
	return append(b, "time unknown"...)
}

// appendSeverity appends the severity in capitals, as wide as indent.
func appendSeverity(b []byte, s rule.Severity, color bool) []byte {
	name := s.String()
	style := ""
	if color && int(s) < len(styles) {
		style = styles[s]
	}
	b = append(b, style...)
	b = append(b, strings.ToUpper(name)...)
	if style != "" {
		b = append(b, "\x1b[0m"...)
	}
	return append(b, indent[min(len(name), len(indent)-2):]...)
}

// styles are the terminal's codes by severity: dim, cyan, yellow, bold red, and bold white on red.
var styles = [...]string{"\x1b[2m", "\x1b[36m", "\x1b[33m", "\x1b[1;31m", "\x1b[1;97;41m"}

// appendVisible appends s so that a terminal shows all of it and obeys none of it, cut after most characters. What is
// not printable is written as an escape of JSON, which a JSON value stays valid with; a byte that is no UTF-8 as \xNN.
func appendVisible(b []byte, s string, most int) []byte {
	for i, width := 0, 0; i < len(s); {
		if width >= most {
			return fmt.Appendf(b, "… (%d bytes)", len(s))
		}
		start := len(b)
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(b, '\\', 'x', hexDigits[s[i]>>4], hexDigits[s[i]&15])
		case unicode.IsPrint(r):
			b = append(b, s[i:i+n]...)
		case r < ' ':
			b = appendEscape(b, byte(r))
		case r > 0xffff:
			r1, r2 := utf16.EncodeRune(r)
			b = fmt.Appendf(b, `\u%04x\u%04x`, r1, r2)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
		i += n
		width += utf8.RuneCount(b[start:])
	}
	return b
}
