package logtype

import (
	"maps"
	"strings"
	"testing"

	"github.com/streamalert/streamalert-go/parse"
)

// Every template compiles, has no more parts than a match can hold, and can be matched: it is as its own text with words in its
// holes.
func TestTemplates(t *testing.T) {
	sets := map[*templates][]template{}
	asa, ios := asaMessages(), iosMessages()
	for all := range maps.Values(asa.byID) {
		sets[&asa.templates] = append(sets[&asa.templates], all...)
	}
	for all := range maps.Values(ios.byName) {
		sets[&ios.templates] = append(sets[&ios.templates], all...)
	}
	for _, g := range asa.others {
		sets[&asa.templates] = append(sets[&asa.templates], g.all...)
	}
	for _, g := range ios.others {
		sets[&ios.templates] = append(sets[&ios.templates], g.all...)
	}
	for _, s := range []*messageSet{sshdMessages(), sudoPAM()} {
		for i := range s.own {
			sets[&s.templates] = append(append(sets[&s.templates], s.own[i]...), s.pam[i]...)
		}
		sets[&s.templates] = append(append(sets[&s.templates], s.others...), s.pamOthers...)
	}
	n := 0
	for s, all := range sets {
		for _, name := range parse.SyslogFields() {
			if _, ok := s.places[name]; ok {
				t.Errorf("%s is a field of syslog already", name)
			}
		}
		for i := range all {
			n++
			var text strings.Builder
			for _, o := range all[i].ops {
				switch {
				case o.kind == opText:
					text.WriteString(o.text)
				case o.kind == opHole && o.class == 'i':
					text.WriteString("192.0.2.1")
				case o.kind == opHole && o.class == 'e':
					text.WriteString("7 ")
				case o.kind == opHole && o.class == 'm':
					text.WriteString("0200.0000.0001")
				case o.kind == opHole && o.class == 'p':
					text.WriteString("Gi1/0/1")
				case o.kind == opHole:
					text.WriteString("7")
				}
			}
			if len(all[i].ops) > maxOps {
				t.Errorf("%s: %d parts", text.String(), len(all[i].ops))
				continue
			}
			var m match
			if !s.match(&m, &all[i], []byte(text.String())) {
				t.Errorf("no match of %s", text.String())
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d templates", n)
	}
}
