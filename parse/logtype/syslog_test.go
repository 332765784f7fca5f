package logtype_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/logtype"
)

// fieldsOf are the fields of a line as a type tells them, without those of the header; nil where it is of another type.
func fieldsOf(t *testing.T, lt *parse.LogType, line string) map[string]any {
	t.Helper()
	var m map[string]any
	for r, err := range lt.Parse(parse.Input{Reader: strings.NewReader(line), Clock: clock}) {
		if err != nil {
			return nil
		}
		if err := json.Unmarshal(r.JSON(), &m); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range parse.SyslogFields() {
		delete(m, name)
	}
	return m
}

// A message of a program with a type of its own is never the general type's, whichever came before.
func TestSpecialTypesComeBeforeSyslog(t *testing.T) {
	pan, err := os.ReadFile(filepath.Join("testdata", "panos.traffic", "1.txt"))
	if err != nil {
		t.Fatal(err)
	}
	in := strings.Join([]string{
		"Nov 25 09:26:52 web1 CRON[1]: x",
		"Nov 25 09:26:52 web1 sshd[1]: Server listening on 192.0.2.1 port 22.",
		"Nov 25 09:26:52 web1 CRON[1]: x",
		"<85>1 2026-11-25T09:26:52Z web1 sudo - - -  alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
		"<166>Nov 25 2026 09:26:52: %ASA-6-302016: Teardown UDP connection 1 for a:192.0.2.1/1 to b:192.0.2.2/2 duration 0:00:01 bytes 1",
		"Nov 25 09:26:52 web1 sshd-session[1]: Connection closed by 192.0.2.1 port 9",
		"Nov 25 09:26:52 sw1 12: Nov 25 09:26:51.1: %SYS-5-CONFIG_I: Configured from console by x",
		"%FTD-6-302016: Teardown UDP connection 1 for a:192.0.2.1/1 to b:192.0.2.2/2 duration 0:00:01 bytes 1",
		"Nov 25 09:26:52 web1 CRON[1]: x",
		string(bytes.TrimSpace(pan)),
		"Nov 25 09:26:52 web1 app: sshd sudo %ASA-6-302016: all of them quoted",
	}, "\n")
	want := []string{"syslog", "syslog.sshd", "syslog", "syslog.sudo", "cisco.asa", "syslog.sshd", "cisco.ios", "cisco.ftd", "syslog", "panos.traffic", "syslog"}
	var got []string
	for r, err := range (&parse.Classifier{Types: logtype.All()}).Parse(parse.Input{Reader: strings.NewReader(in)}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Log())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestSyslogAloneTakesEveryProgram(t *testing.T) {
	n := 0
	for r, err := range logtype.Syslog().Parse(parse.Input{Reader: strings.NewReader("Nov 25 09:26:52 web1 sshd[1]: x\nNov 25 09:26:52 web1 sudo: x")}) {
		if err != nil || r.Log() != "syslog" {
			t.Fatal(r, err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d records", n)
	}
}

// What a record of three read fields allocates is nothing, whatever its type, and whatever its form.
func TestSyslogTypesDoNotAllocate(t *testing.T) {
	lines := map[string]string{
		"syslog":      "<13>1 2026-11-25T09:30:30.550313Z web1 app 33 ID47 [a@1 tz=\"1\" b=\"x\\\"y\"][b c=\"d\"] over UDP\n",
		"syslog.sshd": "Nov 25 09:24:39 web1 sshd[16112]: Failed password for invalid user a\\\\b from 203.0.113.250 port 40133 ssh2\n",
		"syslog.sudo": "Nov 25 09:24:39 web1 sudo:    alice : TTY=pts/0 ; PWD=/srv ; USER=bob ; COMMAND=/usr/bin/ls -la /home/bob\n",
		"cisco.asa":   "Apr 15 2014 09:34:34 EDT: %ASA-session-5-106100: access-list acl_in permitted tcp inside/10.1.2.16(2241) -> outside/192.0.0.89(2000) hit-cnt 1 first hit [0x71a87d94, 0x0]\n",
		"cisco.ftd":   "%FTD-1-430002: AccessControlRuleAction: Allow, SrcIP: 10.0.1.20, DstIP: 52.59.244.233, SrcPort: 43228, DstPort: 80, Prefilter Policy: A, B\n",
		"cisco.ios":   "<165>7422: ASR920: 007428: 2y10w: %X-5-UNKNOWN: something by 12:00:00:00:00:01 in 12.2.1 from 192.0.2.1: user\n",
	}
	for _, lt := range logtype.All() {
		line, ok := lines[lt.Name]
		if !ok {
			continue
		}
		fields, err := parse.CompileFields(append(lt.Entities["user.name"], "hostname", "src_ip", "structured_data.a\\@1.b")...)
		if err != nil {
			t.Fatal(err)
		}
		allocs := func(records int) float64 {
			in := bytes.Repeat([]byte(line), records)
			return testing.AllocsPerRun(5, func() {
				n := 0
				for _, err := range lt.Parse(parse.Input{Reader: bytes.NewReader(in), Fields: fields}) {
					if err != nil {
						t.Fatal(err)
					}
					n++
				}
				if n != records {
					t.Fatalf("%d records", n)
				}
			})
		}
		if few, many := allocs(10), allocs(2000); many > few+100 {
			t.Errorf("%s: %v allocations of 10 records, %v of 2000", lt.Name, few, many)
		}
		delete(lines, lt.Name)
	}
	for name := range lines {
		t.Errorf("no type %s", name)
	}
}

// A field is told alike whatever else is read.
func TestSyslogTypesTellAFieldAloneAsAmongAll(t *testing.T) {
	for _, lt := range logtype.All() {
		if !strings.HasPrefix(lt.Name, "syslog") && !strings.HasPrefix(lt.Name, "cisco") {
			continue
		}
		in, err := os.ReadFile(filepath.Join("testdata", lt.Name, "lines.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range reads(t, []*parse.LogType{lt}).Paths() {
			fields, err := parse.CompileFields(path)
			if err != nil {
				t.Fatal(err)
			}
			for r, err := range lt.Parse(parse.Input{Reader: bytes.NewReader(in), Fields: fields}) {
				if err != nil {
					t.Fatal(err)
				}
				alone, c := r.Get(path), r.Clone()
				if among := c.Get(path); alone.Kind() != among.Kind() || alone.String() != among.String() {
					t.Errorf("%s: %s of %q is %q alone, and %q among all", lt.Name, path, r.Bytes(), alone, among)
				}
			}
		}
	}
}

// FuzzSyslogTypes gives mutated lines to the types of the syslog family, and to a classifier of them.
func FuzzSyslogTypes(f *testing.F) {
	var types []*parse.LogType
	var fields []*parse.Fields
	for _, lt := range logtype.All() {
		if !strings.HasPrefix(lt.Name, "syslog") && !strings.HasPrefix(lt.Name, "cisco") {
			continue
		}
		types, fields = append(types, lt), append(fields, reads(f, []*parse.LogType{lt}))
		lines, err := os.ReadFile(filepath.Join("testdata", lt.Name, "lines.txt"))
		if err != nil {
			f.Fatal(err)
		}
		for line := range bytes.Lines(lines) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for i, lt := range types {
			checkParse(t, lt, fields[i], in)
		}
		checkParse(t, &parse.Classifier{Types: types}, fields[0], in)
	})
}

func ExampleSyslog() {
	in := "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8"
	for r, err := range logtype.Syslog().Parse(parse.Input{Reader: strings.NewReader(in), Clock: clock}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		at, _ := r.Time()
		fmt.Println(at, r.Get("facility"), r.Get("severity"), r.Get("app_name"), r.Get("message"))
	}
	// Output:
	// 2024-10-11 22:14:15 +0000 UTC 4 2 su 'su root' failed for lonvick on /dev/pts/8
}
