package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing/fstest"

	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/parse/schema"
)

// schemaRecords are what a schema's parser makes of the input, which is one document. Invalid are the records that it refuses
// one by one; an error is that there is none that it takes.
func (q question) schemaRecords() (all []record, invalid []string, err error) {
	options := maps.Clone(q.Options)
	if options == nil {
		options = map[string]json.RawMessage{}
	}
	if options["parser"], err = json.Marshal(q.Parser); err != nil {
		return nil, nil, err
	}
	file, err := json.Marshal(map[string]any{q.Parser: options})
	if err != nil {
		return nil, nil, err
	}
	set, err := schema.Load(fstest.MapFS{"options.json": {Data: file}})
	if err != nil {
		return nil, nil, err
	}
	p, err := set.Parser()
	if err != nil {
		return nil, nil, err
	}
	p.Whole = true
	all, lost := q.parsed(p, parse.Clock{})
	for _, err := range lost {
		var one *parse.Error
		if errors.As(err, &one) && !errors.Is(err, schema.ErrDocument) {
			invalid = append(invalid, string(one.Raw))
		}
	}
	if len(all) > 0 {
		lost = nil
	}
	return all, invalid, errors.Join(lost...)
}

// sourceRecords are what the deployment's schemas make of a payload from one of its data sources.
func (q question) sourceRecords() ([]record, error) {
	cluster, err := deployment()
	if err != nil {
		return nil, err
	}
	p, ok := cluster.Source(q.Service, q.SourceName)
	if !ok {
		return nil, fmt.Errorf("corpus: %s %s is no data source of the cluster", q.Service, q.SourceName)
	}
	all, lost := q.parsed(p, parse.Clock{})
	return all, errors.Join(lost...)
}

// parsed are the records that a parser finds in the input, and the errors.
func (q question) parsed(p parse.Parser, clock parse.Clock) (all []record, lost []error) {
	for r, err := range p.Parse(parse.Input{Reader: bytes.NewReader(q.bytes()), Clock: clock}) {
		if err != nil {
			lost = append(lost, err)
			continue
		}
		all = append(all, found(r))
	}
	return all, lost
}

// deployment is the cluster of the corpora's StreamAlert deployment.
var deployment = sync.OnceValues(func() (*schema.Cluster, error) {
	dir := os.Getenv("STREAMALERT_CORPORA")
	if dir == "" {
		dir = filepath.Join("..", "shared", "corpora")
	}
	dir = filepath.Join(dir, "streamalert")
	set, err := schema.Load(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	file, err := os.ReadFile(filepath.Join(dir, "cluster_prod.json"))
	if err != nil {
		return nil, err
	}
	return set.Cluster(file)
})
