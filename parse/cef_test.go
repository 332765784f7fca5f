package parse_test

import (
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

const cefHead = `CEF:0|security|threatmanager|1.0|100|trojan stopped|10|`

const cefFields = `{"cefVersion":"0","deviceVendor":"security","deviceProduct":"threatmanager","deviceVersion":"1.0","deviceEventClassId":"100","name":"trojan stopped","severity":"10"`

func TestCEF(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.CEF{}}, []formatCase{
		{"keys and values", cefHead + "src=10.0.0.1 msg=two words  spt=1232 ", []string{cefFields + `,"src":"10.0.0.1","msg":"two words","spt":"1232"}`}},
		{"no extension", cefHead, []string{cefFields + `}`}},
		{"blanks around the extension", cefHead + "  src=1  ", []string{cefFields + `,"src":"1"}`}},
		{"an equal sign that is no key's", cefHead + `moo=this =has = equals\= and a=b=c`, []string{cefFields + `,"moo":"this =has = equals= and","a":"b=c"}`}},
		{"a URL in a value", cefHead + `msg=see http://a.example/?b=c&d=e act=x`, []string{cefFields + `,"msg":"see http://a.example/?b=c&d=e","act":"x"}`}},
		{"an equal sign that is escaped ends no key", cefHead + `msg=a b\=c`, []string{cefFields + `,"msg":"a b=c"}`}},
		{"pipes in the extension", cefHead + "moo=this|has a pipe", []string{cefFields + `,"moo":"this|has a pipe"}`}},
		{"escapes of the extension", cefHead + `a=C:\\x\\y b=1\n2\r3 c=\|\x`, []string{cefFields + `,"a":"C:\\x\\y","b":"1\n2\r3","c":"\\|\\x"}`}},
		{"a backslash at the end", cefHead + `a=b\`, []string{cefFields + `,"a":"b\\"}`}},
		{"keys with dots and indexes", cefHead + `ad.field[0]=x ad.Error_,Code=1 a-b=2 x[y]=3`, []string{cefFields + `,"ad.field[0]":"x","ad.Error_,Code":"1","a-b":"2 x[y]=3"}`}},
		{"empty values are left away", cefHead + "shost= src=1 dst=", []string{cefFields + `,"src":"1"}`}},
		{"keys that repeat, and one of the header", cefHead + "a=1 name=x a=2", []string{
			`{"cefVersion":"0","deviceVendor":"security","deviceProduct":"threatmanager","deviceVersion":"1.0","deviceEventClassId":"100",` +
				`"name":["trojan stopped","x"],"severity":"10","a":["1","2"]}`}},
		{"escapes of the header", `CEF:0|secu\|rity|a\\|b\\\|c|\d=e|f|5|`, []string{
			`{"cefVersion":"0","deviceVendor":"secu|rity","deviceProduct":"a\\","deviceVersion":"b\\|c","deviceEventClassId":"\\d=e","name":"f","severity":"5"}`}},
		{"empty fields of the header", `CEF:1|||1.0||x|| src=1`, []string{`{"cefVersion":"1","deviceVersion":"1.0","name":"x","src":"1"}`}},
		{"behind the header of a syslog line", `<134>Nov 25 09:00:01 web1 app: CEF: 0.1|a|b|c|d|e|f|x=CEF:0|y`, []string{
			`{"syslogHeader":"<134>Nov 25 09:00:01 web1 app:","cefVersion":"0.1","deviceVendor":"a","deviceProduct":"b","deviceVersion":"c",` +
				`"deviceEventClassId":"d","name":"e","severity":"f","x":"CEF:0|y"}`}},
		{"another text", "this is not cef", []string{syntax("no CEF header")}},
		{"LEEF", "LEEF:1.0|a|b|c|d|x=y", []string{syntax("no CEF header")}},
		{"a mark within a word", "XCEF:0|a|b|c|d|e|f|", []string{syntax("no CEF header")}},
		{"no version", "CEF:x|a|b|c|d|e|f|", []string{syntax("no CEF header")}},
		{"a header that is cut", "CEF:0|a|b|c|d|e|5", []string{syntax("CEF header is cut short")}},
		{"a header whose pipe is escaped", `CEF:0|a|b|c|d|e|5\|`, []string{syntax("CEF header is cut short")}},
		{"an extension without a key", cefHead + "some words", []string{syntax("extension without a key")}},
		{"an extension whose key comes late", cefHead + "some a=b", []string{syntax("extension without a key")}},
	})
}

const leefFields = `"deviceVendor":"Vendor","deviceProduct":"Product","deviceVersion":"1.0","eventId":"15345"`

func TestLEEF(t *testing.T) {
	check(t, parse.TextFormat{Decoder: parse.LEEF{}}, []formatCase{
		{"pipes, as PAN-OS writes them", "<180>May  6 16:43:53 fw leef[9]: LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|8.1.6|allow|ReceiveTime=2019/05/06 16:43:53|cat=THREAT|src=192.0.2.41", []string{
			`{"syslogHeader":"<180>May  6 16:43:53 fw leef[9]:","leefVersion":"1.0","deviceVendor":"Palo Alto Networks","deviceProduct":"PAN-OS Syslog Integration","deviceVersion":"8.1.6","eventId":"allow","ReceiveTime":"2019/05/06 16:43:53","cat":"THREAT","src":"192.0.2.41"}`}},
		{"a pipe in a value between tabs", "LEEF:1.0|V|P|1|E|a=x|y=z\tb=2", []string{`{"leefVersion":"1.0","deviceVendor":"V","deviceProduct":"P","deviceVersion":"1","eventId":"E","a":"x|y=z","b":"2"}`}},
		{"version 1", "LEEF:1.0|Vendor|Product|1.0|15345|src=192.0.2.7\tmsg=a b=c\tsev=5", []string{`{"leefVersion":"1.0",` + leefFields + `,"src":"192.0.2.7","msg":"a b=c","sev":"5"}`}},
		{"version 2 with a delimiter", "LEEF:2.0|Vendor|Product|1.0|15345|^|src=1^dst=2", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","dst":"2"}`}},
		{"version 2 with one in hexadecimal", "LEEF:2.0|Vendor|Product|1.0|15345|0x5e|src=1^dst=2", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","dst":"2"}`}},
		{"version 2 with one in short", "LEEF:2.0|Vendor|Product|1.0|15345|x09|src=1\tdst=2", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","dst":"2"}`}},
		{"version 2 with an empty one", "LEEF:2.0|Vendor|Product|1.0|15345||src=1\tdst=2", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","dst":"2"}`}},
		{"version 2 without one", "LEEF:2.0|Vendor|Product|1.0|15345|src=1\tmsg=a|b", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","msg":"a|b"}`}},
		{"version 2 with a pipe", "LEEF:2.0|Vendor|Product|1.0|15345|||src=1|dst=2", []string{`{"leefVersion":"2.0",` + leefFields + `,"src":"1","dst":"2"}`}},
		{"empty values are left away, blanks before a key too", "LEEF:1.0|Vendor|Product|1.0|15345|a=\t b=1\t\tc=", []string{`{"leefVersion":"1.0",` + leefFields + `,"b":"1"}`}},
		{"a delimiter within a value", "LEEF:1.0|Vendor|Product|1.0|15345|a=1\t\ttwo\tb=2", []string{`{"leefVersion":"1.0",` + leefFields + `,"a":"1\t\ttwo","b":"2"}`}},
		{"keys that repeat", "LEEF:1.0|Vendor|Product|1.0|15345|a=1\ta=2", []string{`{"leefVersion":"1.0",` + leefFields + `,"a":["1","2"]}`}},
		{"no attributes", "LEEF:1.0|Vendor|Product|1.0|15345|", []string{`{"leefVersion":"1.0",` + leefFields + `}`}},
		{"behind the header of a syslog line", "Jan 18 11:07:53 host LEEF:1.0|Vendor|Product|1.0|15345|a=1", []string{`{"syslogHeader":"Jan 18 11:07:53 host","leefVersion":"1.0",` + leefFields + `,"a":"1"}`}},
		{"CEF", cefHead, []string{syntax("no LEEF header")}},
		{"a header that is cut", "LEEF:1.0|Vendor|Product|1.0|15345", []string{syntax("LEEF header is cut short")}},
		{"text that is no attribute", "LEEF:1.0|Vendor|Product|1.0|15345|some words\ta=1", []string{syntax("extension without a key")}},
	})
}
