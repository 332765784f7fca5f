package parse

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// NormalizedTypes is what a StreamAlert deployment calls by one name in all of its logs: its conf/normalized_types.json, of
// StreamAlert 1 and 2, by log, normalized type and names of keys.
//
//	{"cloudtrail": {"sourceAddress": ["sourceIPAddress"], "region": ["region", "awsRegion"]}}
type NormalizedTypes map[string]map[string][]string

// ReadNormalizedTypes reads such a file. What is in it is not interpreted; an error tells where it has another form.
func ReadNormalizedTypes(file []byte) (NormalizedTypes, error) {
	var n NormalizedTypes
	if err := json.Unmarshal(file, &n); err != nil {
		return nil, fmt.Errorf("parse: normalized types: %w", err)
	}
	for log, types := range n {
		for name, keys := range types {
			if name == "" || slices.Contains(keys, "") {
				return nil, fmt.Errorf("parse: normalized types: %s: %q: name is empty", log, name)
			}
		}
	}
	return n, nil
}

// Entities is what the file says of one log as a [LogType]'s Entities: "cloudtrail", or "cloudtrail:events", of which the part
// before the colon counts where the file has not the whole; nil where it has neither.
//
// StreamAlert finds a key at whatever depth. A path leads to one place, so a key stands for the field of that name, and for
// every one of fields, which are the paths that the log has, whose last name it is. Pass nil where these are not known.
//
// Its normalized types come under the names of [Entities]: sourceAddress is source.ip, command is process.command_line. A
// fileHash is told by its key, so md5 is file.hash.md5. What has no such name keeps its own.
func (n NormalizedTypes) Entities(log string, fields []string) map[string][]string {
	types, ok := n[log]
	if !ok {
		service, _, _ := strings.Cut(log, ":")
		if types, ok = n[service]; !ok {
			return nil
		}
	}
	// Several normalized types can be one entity, so the order has to be told.
	names := make([]string, 0, len(types))
	for name := range types {
		names = append(names, name)
	}
	slices.Sort(names)
	all := make(map[string][]string, len(types))
	for _, name := range names {
		for _, key := range types[name] {
			entity := entityOf(name, key)
			all[entity] = appendNew(all[entity], EscapeName(key))
			for _, path := range fields {
				if lastName(path) == key {
					all[entity] = appendNew(all[entity], path)
				}
			}
		}
	}
	return all
}

func appendNew(paths []string, path string) []string {
	if slices.Contains(paths, path) {
		return paths
	}
	return append(paths, path)
}

func lastName(path string) string {
	names, err := splitPath(path)
	if err != nil {
		return ""
	}
	return names[len(names)-1]
}

// entityOf is the entity that a normalized type of StreamAlert is, for one of its keys.
func entityOf(name, key string) string {
	if name == "fileHash" {
		for _, hash := range []string{"md5", "sha1", "sha256"} {
			if strings.Contains(strings.ToLower(key), hash) {
				return "file.hash." + hash
			}
		}
	}
	if entity, ok := streamAlertNames[name]; ok {
		return entity
	}
	return name
}

// streamAlertNames are the normalized types that StreamAlert's own file has, and what they are. Its eventType (AwsApiCall) and
// severity are none of ours.
var streamAlertNames = map[string]string{
	"command":            "process.command_line",
	"destinationAccount": "cloud.account.id",
	"destinationAddress": "destination.ip",
	"destinationDomain":  "destination.domain",
	"destinationPort":    "destination.port",
	"deviceAddress":      "host.ip",
	"eventName":          "event.action",
	"fileName":           "file.name",
	"filePath":           "file.path",
	"fileSize":           "file.size",
	"message":            "message",
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
}
