package peers

import (
	"net/netip"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"

	"github.com/streamalert/streamalert-go/rule"
)

// compileCEL compiles each rule to a program of cel-go, with its optimizations on: lists become sets, and expressions are
// parsed once, as networks are. The programs know the types of what they read, and a record's values are made CEL's once:
// with the decoded record as their one variable they take twice as long.
func compileCEL(rules []rule.Rule) (Match, error) {
	w := writer{dialect: dialect{
		contains: "%s.contains(%s)", prefix: "%s.startsWith(%s)", matches: "%s.matches(%s)", within: "%[2]s.containsIP(%[1]s)",
	}}
	texts, err := eachRule(rules, w.expression)
	if err != nil {
		return nil, err
	}
	programs, err := celPrograms(texts, &w)
	if err != nil {
		return nil, err
	}
	env := make(celRecord, len(w.variables)+len(w.networks))
	for name, network := range w.networks {
		env[name] = ext.CIDR{Prefix: network}
	}
	return func(record []byte, found func(int)) error {
		m, err := decode(record)
		if err != nil {
			return err
		}
		for i := range w.variables {
			env[w.variables[i].name] = celValue(w.variables[i].of(m))
		}
		for i, p := range programs {
			holds, _, err := p.Eval(env)
			if err != nil {
				return err
			}
			if holds == types.True {
				found(i)
			}
		}
		return nil
	}, nil
}

func celPrograms(texts []string, w *writer) ([]cel.Program, error) {
	options := []cel.EnvOption{ext.Network()}
	for name := range w.networks {
		options = append(options, cel.Variable(name, ext.CIDRType))
	}
	for _, v := range w.variables {
		t := [...]*cel.Type{text: cel.StringType, number: cel.DoubleType, there: cel.BoolType, addr: ext.IPType}[v.kind]
		options = append(options, cel.Variable(v.name, t))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	programs := make([]cel.Program, len(texts))
	for i, text := range texts {
		ast, issues := env.Compile(text)
		if err := issues.Err(); err != nil {
			return nil, err
		}
		if programs[i], err = env.Program(ast, cel.EvalOptions(cel.OptOptimize)); err != nil {
			return nil, err
		}
	}
	return programs, nil
}

// celRecord gives programs the variables of a record.
type celRecord map[string]ref.Val

// ResolveName is the variable of a name.
func (r celRecord) ResolveName(name string) (any, bool) {
	v, ok := r[name]
	return v, ok
}

// Parent is nothing: all variables are here.
func (r celRecord) Parent() cel.Activation { return nil }

func celValue(v any) ref.Val {
	switch v := v.(type) {
	case string:
		return types.String(v)
	case float64:
		return types.Double(v)
	case bool:
		return types.Bool(v)
	case netip.Addr:
		return ext.IP{Addr: v}
	}
	return types.NullValue
}
