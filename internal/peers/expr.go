package peers

import (
	"net/netip"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/streamalert/streamalert-go/rule"
)

// compileExpr compiles each rule to a program of expr-lang/expr. The programs know the types of what they read, networks
// are parsed once, and one virtual machine runs them all.
func compileExpr(rules []rule.Rule) (Match, error) {
	w := writer{dialect: dialect{
		contains: "%s contains %s", prefix: "%s startsWith %s", matches: "%s matches %s", within: "within(%s, %s)",
	}}
	texts, err := eachRule(rules, w.expression)
	if err != nil {
		return nil, err
	}
	env := make(map[string]any, len(w.variables)+len(w.networks))
	for _, v := range w.variables {
		env[v.name] = v.zero()
	}
	for name, network := range w.networks {
		env[name] = network
	}
	within := func(p ...any) (any, error) { return p[1].(netip.Prefix).Contains(p[0].(netip.Addr)), nil }
	programs := make([]*vm.Program, len(texts))
	for i, text := range texts {
		programs[i], err = expr.Compile(text, expr.Env(env), expr.AsBool(),
			expr.Function("within", within, new(func(netip.Addr, netip.Prefix) bool)))
		if err != nil {
			return nil, err
		}
	}
	var machine vm.VM
	return func(record []byte, found func(int)) error {
		m, err := decode(record)
		if err != nil {
			return err
		}
		for i := range w.variables {
			env[w.variables[i].name] = w.variables[i].of(m)
		}
		for i, p := range programs {
			holds, err := machine.Run(p, env)
			if err != nil {
				return err
			}
			if holds.(bool) {
				found(i)
			}
		}
		return nil
	}, nil
}
