package schema

import (
	"fmt"
	"iter"
	"strings"

	"github.com/streamalert/streamalert-go/parse"
)

// Cluster is a parser that knows what logs come from where: the data_sources of a cluster file of a deployment. A payload is
// parsed with the logs of the source that its Origin names:
//
//	s3         the bucket, the first part of Place
//	kinesis    the stream, without its shard or what stands before it in an ARN
//	sns        the topic, the last part of its ARN
//	any other  Place as it is; StreamAlert's apps are "streamalert_app", "stream_alert_app" in older files
//
// What comes from S3 is taken as the content of an object, everything else as one document. A payload from a source that the
// file does not have is lost, as one [*parse.Error]. It is safe for concurrent use.
type Cluster struct {
	sources map[source]*Parser
}

type source struct{ service, name string }

// Cluster reads a cluster file (conf/clusters/*.json). It is an error if it names a log that the set does not have.
func (s *Set) Cluster(file []byte) (*Cluster, error) {
	c, err := s.cluster(file)
	if err != nil {
		return nil, fmt.Errorf("schema: cluster: %w", err)
	}
	return c, nil
}

func (s *Set) cluster(file []byte) (*Cluster, error) {
	v, err := parseFile(file)
	if err != nil {
		return nil, err
	}
	c := &Cluster{sources: map[source]*Parser{}}
	sources, ok := v.member("data_sources")
	if !ok || sources.kind() != '{' {
		return nil, fmt.Errorf("data_sources is missing, or no object")
	}
	for _, service := range dict(sources) {
		if service.value.kind() != '{' {
			return nil, fmt.Errorf("data_sources.%s is no object", service.name)
		}
		for _, m := range dict(service.value) {
			at := "data_sources." + service.name + "." + m.name
			logs := m.value
			if in, ok := logs.member("logs"); ok {
				logs = in // as older files have it
			}
			names, err := stringList(logs, at)
			if err != nil {
				return nil, err
			}
			if len(names) == 0 {
				return nil, fmt.Errorf("%s has no logs", at)
			}
			p, err := s.Parser(names...)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", at, err)
			}
			p.Whole = service.name != "s3"
			c.sources[source{service.name, m.name}] = p
		}
	}
	return c, nil
}

// Source is the parser of one source: service and name as in the file.
func (c *Cluster) Source(service, name string) (*Parser, bool) {
	p, ok := c.sources[source{service, name}]
	return p, ok
}

// Parse yields the payload's records.
func (c *Cluster) Parse(in parse.Input) iter.Seq2[*parse.Record, error] {
	p, ok := c.sources[sourceOf(in.Origin)]
	if !ok {
		p = &Parser{}
	}
	return p.Parse(in)
}

// sourceOf is the source that an origin names.
func sourceOf(o parse.Origin) source {
	name := o.Place
	switch o.Kind {
	case "s3":
		name, _, _ = strings.Cut(name, "/")
	case "kinesis":
		if _, resource, ok := strings.Cut(name, ":stream/"); ok {
			name = resource
		}
		name, _, _ = strings.Cut(name, "/")
	case "sns":
		name = name[strings.LastIndexByte(name, ':')+1:]
	}
	return source{o.Kind, name}
}
