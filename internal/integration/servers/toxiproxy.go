package servers

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Toxiproxy is a proxy before a server that does what networks do to connections. As a server it is the one behind it.
// Let clients keep no connections alive, or one is cut at a time that the test did not choose.
type Toxiproxy struct {
	AWS
	proxy *toxiproxy.Proxy
}

// NewToxiproxy starts one inside the test's process. It does no harm yet.
func NewToxiproxy(t testing.TB, server *AWS) *Toxiproxy {
	t.Helper()
	upstream, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := &Toxiproxy{proxy: toxiproxy.NewProxy(api, "proxy", "127.0.0.1:0", upstream.Host)}
	p.Start(t)
	t.Cleanup(p.Stop)
	p.AWS = AWS{URL: "http://" + p.proxy.Listen, validation: server.validation}
	return p
}

// Toxic is one harm: "latency", "bandwidth", "slow_close", "timeout", "reset_peer", "slicer" or "limit_data", with the
// attributes that https://github.com/Shopify/toxiproxy#toxics tells.
type Toxic struct {
	Type       string         `json:"type"`
	Attributes map[string]any `json:"attributes"`
	Toxicity   float64        `json:"toxicity"` // how many of the connections; 0 is all
}

// Add does harm to what the server sends, on connections that are open too.
func (p *Toxiproxy) Add(t testing.TB, toxic Toxic) {
	t.Helper()
	if toxic.Toxicity == 0 {
		toxic.Toxicity = 1
	}
	text, err := json.Marshal(struct {
		Toxic
		Name   string `json:"name"`
		Stream string `json:"stream"`
	}{toxic, toxic.Type, "downstream"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(string(text))); err != nil {
		t.Fatalf("toxiproxy: %s: %v", text, err)
	}
}

// Remove ends the harm of this type.
func (p *Toxiproxy) Remove(t testing.TB, toxic string) {
	t.Helper()
	if err := p.proxy.Toxics.RemoveToxic(context.WithoutCancel(t.Context()), toxic); err != nil {
		t.Fatalf("toxiproxy: %s: %v", toxic, err)
	}
}

// Stop closes all connections, and refuses new ones.
func (p *Toxiproxy) Stop() { p.proxy.Stop() }

// Start takes connections again, at the same address.
func (p *Toxiproxy) Start(t testing.TB) {
	t.Helper()
	if err := p.proxy.Start(); err != nil {
		t.Fatalf("toxiproxy: %v", err)
	}
}
