package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// ecs are the names of the Elastic Common Schema for those that StreamAlert's configurations use: normalized_types.json of
// version 2, and normalization of version 3.
var ecs = map[string]string{
	"account":            "cloud.account.id",
	"command":            "process.command_line",
	"destinationAccount": "cloud.account.id",
	"destinationAddress": "destination.ip",
	"destinationDomain":  "destination.domain",
	"destinationPort":    "destination.port",
	"deviceAddress":      "host.ip",
	"eventName":          "event.action",
	"event_name":         "event.action",
	"fileName":           "file.name",
	"filePath":           "file.path",
	"fileSize":           "file.size",
	"file_path":          "file.path",
	"ip_address":         "related.ip",
	"processName":        "process.name",
	"processPath":        "process.executable",
	"region":             "cloud.region",
	"sourceAccount":      "cloud.account.id",
	"sourceAddress":      "source.ip",
	"sourcePort":         "source.port",
	"sourceUserId":       "user.id",
	"transportProtocol":  "network.transport",
	"userAgent":          "user_agent.original",
	"userName":           "user.name",
	"user_agent":         "user_agent.original",
}

// hashes are the names by the end of the key that holds a fileHash.
var hashes = []string{"sha256", "sha1", "md5"}

// addEntity adds paths under StreamAlert's name, and under that of the Elastic Common Schema, where there is one.
func (l *log) addEntity(name string, paths ...string) {
	add := func(name string, paths ...string) {
		for _, p := range paths {
			if !slices.Contains(l.kind.Entities[name], p) {
				l.kind.Entities[name] = append(l.kind.Entities[name], p)
			}
		}
	}
	if l.kind.Entities == nil {
		l.kind.Entities = map[string][]string{}
	}
	add(name, paths...)
	if other, ok := ecs[name]; ok {
		add(other, paths...)
	}
	if name != "fileHash" {
		return
	}
	for _, p := range paths {
		for _, h := range hashes {
			if strings.HasSuffix(p, h) {
				add("file.hash."+h, p)
			}
		}
	}
}

// entities are those of normalization. A source with a condition is none: a path has no conditions.
func (l *log) entities() {
	for _, n := range l.normalization {
		for _, s := range n.sources {
			if s.condition == nil && len(s.path) > 0 && !slices.Contains(s.path, "") {
				l.addEntity(n.name, joined(s.path))
			}
		}
	}
}

func joined(names []string) string {
	var escaped []string
	for _, n := range names {
		escaped = append(escaped, parse.EscapeName(n))
	}
	return strings.Join(escaped, ".")
}

// normalizedTypesFile maps logs and families of logs to names, and these to the keys that hold such values.
const normalizedTypesFile = "normalized_types.json"

// addNormalizedTypes reads normalized_types.json, where there is one.
func (s *Set) addNormalizedTypes(fsys fs.FS) error {
	b, err := fs.ReadFile(fsys, normalizedTypesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	v, err := parseFile(b)
	if err != nil {
		return fmt.Errorf("%s: %w", normalizedTypesFile, err)
	}
	for _, of := range dict(v) {
		if of.value.kind() != '{' {
			return fmt.Errorf("%s: %s is no object", normalizedTypesFile, of.name)
		}
		for _, m := range dict(of.value) {
			keys, err := stringList(m.value, of.name+"."+m.name)
			if err != nil {
				return fmt.Errorf("%s: %w", normalizedTypesFile, err)
			}
			for _, l := range s.logs {
				if family, _, _ := strings.Cut(l.name, ":"); of.name == family || of.name == l.name {
					l.addKeys(m.name, keys)
				}
			}
		}
	}
	return nil
}

// addKeys adds the paths at which keys stand, in the order of the keys: StreamAlert looks for them at any depth, here they are
// found where the schema has them, and within what it leaves loose.
func (l *log) addKeys(name string, keys []string) {
	for _, k := range keys {
		if k != "" {
			l.addEntity(name, l.shape.find(nil, "", k)...)
		}
	}
}

func (s *shape) find(paths []string, prefix, name string) []string {
	if len(s.keys) == 0 {
		return append(paths, prefix+parse.EscapeName(name))
	}
	for _, k := range s.keys {
		if k.name == name {
			paths = append(paths, prefix+parse.EscapeName(name))
		}
	}
	for _, k := range s.keys {
		if k.kind == anObject && k.name != "" && k.name != name {
			paths = k.shape.find(paths, prefix+parse.EscapeName(k.name)+".", name)
		}
	}
	return paths
}
