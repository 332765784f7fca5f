package rule

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"

	"github.com/streamalert/streamalert-go/parse"
)

// trigger is what has to be in a record for a condition to hold: one of some values, each of some field. cost is about how
// many of a thousand records have one. guard is something else that has to be there; its texts are 0 where nothing is known.
type trigger struct {
	keys  []key
	cost  float64
	guard guard
}

type keyKind uint8

const (
	keyPresent keyKind = iota
	keyText
	keyPrefix
	keySuffix
	keyInside
	keyNetwork
)

type key struct {
	field   int
	kind    keyKind
	text    string
	network netip.Prefix
}

// chooser chooses triggers. It knows how many different texts the rules compare each field with: a field with many is taken
// to have many in the records too, so that one of them is rare there. Likewise with prefixes and suffixes.
type chooser struct {
	texts, affixes []distinct // by field
}

type distinct map[string]struct{}

// note counts a text of a field.
func note(of []distinct, field int, text string) {
	if of[field] == nil {
		of[field] = distinct{}
	}
	of[field][text] = struct{}{}
}

func newChooser(fields int, rules []compiled) *chooser {
	c := &chooser{texts: make([]distinct, fields), affixes: make([]distinct, fields)}
	for i := range rules {
		c.count(&rules[i].root)
	}
	return c
}

func (c *chooser) count(n *node) {
	for i := range n.of {
		c.count(&n.of[i])
	}
	for _, field := range n.keys {
		for i := range n.scalars {
			if n.op == OpIn && n.scalars[i].kind == parse.String {
				note(c.texts, field, string(n.scalars[i].text))
			}
		}
		if n.op == OpPrefix || n.op == OpSuffix {
			for _, text := range n.telling() {
				note(c.affixes, field, text)
			}
		}
	}
}

// fewest is the least number of different texts that were counted of a condition's fields.
func (n *node) fewest(of []distinct) int {
	least := len(of[n.keys[0]])
	for _, field := range n.keys {
		least = min(least, len(of[field]))
	}
	return least
}

// Costs of what cannot be told apart by how many values there are.
const (
	costPresent = 900
	costText    = 1000 // divided by the number of texts
	costAffix   = 2000 // divided by the number of affixes
	mostAffix   = 100
	costNetwork = 120
	costInside  = 150 // of a long text
	costShort   = 400 // of a short one
)

// choose is the cheapest trigger of a condition. ok is false where it can hold for a record that has nothing.
func (c *chooser) choose(n *node) (t trigger, ok bool) {
	switch {
	case n.op == OpNot, n.op == OpExt:
		return trigger{}, false
	case n.op.isElements():
		return c.elements(n)
	case len(n.keys) == 0 && !n.op.isGroup():
		return trigger{}, false
	case n.op.isGroup():
		return c.group(n)
	case n.fold:
		return c.present(n)
	}
	switch n.op {
	case OpIn:
		return c.in(n)
	case OpPrefix, OpSuffix:
		kind := keyPrefix
		if n.op == OpSuffix {
			kind = keySuffix
		}
		cost := min(costAffix/float64(n.fewest(c.affixes)+1), mostAffix)
		for _, text := range n.telling() {
			t.add(n, key{kind: kind, text: text}, cost)
		}
		return t, true
	case OpCIDR, OpPrivate:
		for _, p := range n.networks {
			t.add(n, key{kind: keyNetwork, network: p}, costNetwork)
		}
		return t, true
	case OpContains, OpGlob, OpRegexp:
		return c.inside(n)
	}
	return c.present(n)
}

// elements is for conditions on the elements of an array: one of them has to have what is asked for.
func (c *chooser) elements(n *node) (trigger, bool) {
	if len(n.of) == 1 {
		if t, ok := c.choose(&n.of[0]); ok {
			return t, true
		}
	}
	if len(n.keys) == 0 {
		return trigger{}, false
	}
	return c.present(n)
}

// telling are the texts of which one has to be in a value. Where each of them has to be, the longest will do.
func (n *node) telling() []string {
	if !n.every || len(n.inside) == 0 {
		return n.inside
	}
	return []string{slices.MaxFunc(n.inside, func(a, b string) int { return cmp.Compare(len(a), len(b)) })}
}

// inside is for conditions that need some text to be anywhere in the value.
func (c *chooser) inside(n *node) (t trigger, ok bool) {
	for _, text := range n.telling() {
		switch {
		case len(text) >= longText:
			t.add(n, key{kind: keyInside, text: text}, costInside)
		case len(text) >= gramSize:
			t.add(n, key{kind: keyInside, text: text}, costShort)
		default:
			return c.present(n)
		}
	}
	return t, true
}

func (c *chooser) in(n *node) (t trigger, ok bool) {
	for i := range n.scalars {
		if n.scalars[i].kind != parse.String {
			return c.present(n)
		}
		cost := costText / float64(n.fewest(c.texts)+1)
		t.add(n, key{kind: keyText, text: string(n.scalars[i].text)}, cost)
	}
	return t, true
}

func (c *chooser) present(n *node) (t trigger, ok bool) {
	t.add(n, key{kind: keyPresent}, costPresent)
	return t, true
}

// group needs one of its parts more than may fail, so some part of any so many has to hold.
func (c *chooser) group(n *node) (trigger, bool) {
	var of []trigger
	for i := range n.of {
		if t, ok := c.choose(&n.of[i]); ok {
			of = append(of, t)
		}
	}
	many := len(n.of) - n.need + 1
	if len(of) < many {
		return trigger{}, false
	}
	slices.SortStableFunc(of, func(a, b trigger) int { return cmp.Compare(a.cost, b.cost) })
	sum := of[0]
	if many == 1 {
		for i := 1; i < len(of) && sum.guard.texts == 0; i++ {
			sum.guard = of[i].asGuard()
		}
		return sum, true
	}
	sum.guard = guard{}
	for _, t := range of[1:many] {
		sum.keys = append(slices.Clip(sum.keys), t.keys...)
		sum.cost += t.cost
	}
	return sum, true
}

// asGuard is the trigger as a guard, if it consists of texts of one field, few enough that most others are told apart.
func (t *trigger) asGuard() guard {
	g := guard{field: int32(t.keys[0].field)}
	for _, k := range t.keys {
		if k.kind != keyText || k.field != t.keys[0].field {
			return t.guard
		}
		g.texts |= guardBit([]byte(k.text))
	}
	if bits.OnesCount64(g.texts) > maxGuardBits {
		return guard{}
	}
	return g
}

// maxGuardBits is how many of the 64 bits a guard may have.
const maxGuardBits = 32

// add adds a key for each field of the condition. cost is that of one. Of an entity's fields a record has those of one log type.
func (t *trigger) add(n *node, k key, cost float64) {
	for _, k.field = range n.keys {
		t.keys = append(t.keys, k)
	}
	t.cost += cost * float64(max(1, n.atOnce))
}

// newIndex enters each rule under its trigger.
func newIndex(fields int, rules []compiled) *index {
	x := &index{fields: make([]*fieldIndex, fields), isGuarded: make([]bool, fields)}
	c := newChooser(fields, rules)
	places := map[key]*[]posting{}
	var order []key
	for i := range rules {
		if rules[i].Disabled {
			continue
		}
		t, ok := c.choose(&rules[i].root)
		if !ok {
			x.always = append(x.always, posting{int32(i), x.watch(guard{})})
			continue
		}
		p := posting{int32(i), x.watch(t.guard)}
		for _, k := range t.keys {
			if places[k] == nil {
				places[k] = new([]posting)
				order = append(order, k)
			}
			if at := places[k]; len(*at) == 0 || (*at)[len(*at)-1].rule != p.rule {
				*at = append(*at, p)
			}
		}
	}
	for _, k := range order {
		x.enter(k, *places[k])
	}
	for _, f := range x.fields {
		if f != nil {
			f.build()
		}
	}
	return x
}

// watch notes that a guard needs the texts of its field, and makes one that knows nothing a guard that lets all pass.
func (x *index) watch(g guard) guard {
	if g.texts == 0 {
		return guard{int32(len(x.fields)), 1}
	}
	if !x.isGuarded[g.field] {
		x.isGuarded[g.field] = true
		x.guarded = append(x.guarded, g.field)
	}
	return g
}

func (x *index) enter(k key, rules []posting) {
	f := x.fields[k.field]
	if f == nil {
		f = &fieldIndex{}
		x.fields[k.field] = f
	}
	switch k.kind {
	case keyText:
		f.texts.entries = append(f.texts.entries, entry{k.text, rules})
	case keyPrefix:
		f.prefixes = enterAffix(f.prefixes, k.text, rules)
	case keySuffix:
		f.suffixes = enterAffix(f.suffixes, k.text, rules)
	case keyInside:
		f.enterInside(k.text, rules)
	case keyNetwork:
		f.networks = append(f.networks, network{k.network, rules})
	default:
		f.present = rules
	}
}

func enterAffix(of []affixes, text string, rules []posting) []affixes {
	for i := range of {
		if of[i].size == len(text) {
			of[i].entries = append(of[i].entries, entry{text, rules})
			return of
		}
	}
	a := affixes{size: len(text)}
	a.entries = []entry{{text, rules}}
	return append(of, a)
}

func (f *fieldIndex) enterInside(text string, rules []posting) {
	of, stride := &f.long, longStride
	if len(text) < longText {
		of, stride = &f.short, 1
	}
	if *of == nil {
		*of = &grams{stride: stride}
	}
	(*of).texts = append((*of).texts, entry{text, rules})
}

func (f *fieldIndex) build() {
	f.texts.build()
	for _, g := range []*grams{f.long, f.short} {
		if g != nil {
			g.build()
		}
	}
	for i := range f.prefixes {
		f.prefixes[i].build()
	}
	for i := range f.suffixes {
		f.suffixes[i].build()
	}
}
