package rule_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/streamalert/streamalert-go/parse"
	"github.com/streamalert/streamalert-go/rule"
)

func TestConditionString(t *testing.T) {
	a, b, c := rule.Field("a").Equals(1), rule.Field("b").Exists(), rule.Field("c").Contains("x")
	many := make([]any, 10_000)
	for i := range many {
		many[i] = i
	}
	tests := map[string]struct {
		c    rule.Condition
		want string
	}{
		"the design's example": {
			rule.All(rule.Field("eventName").Equals("ConsoleLogin"), rule.Not(rule.Field("userIdentity.invokedBy").Exists())),
			`eventName = "ConsoleLogin" and not userIdentity.invokedBy exists`,
		},
		"null":                    {rule.Field("a").Equals(nil), `a = null`},
		"a bool":                  {rule.Field("a").Equals(false), `a = false`},
		"a float":                 {rule.Field("a").Equals(1.5), `a = 1.5`},
		"a large number":          {rule.Field("a").Equals(math.MaxInt64), `a = 9223372036854775807`},
		"a string that is quoted": {rule.Field("a").Equals("say \"é\"\n\xff"), `a = "say \"é\"\n\xff"`},
		"a list of types":         {rule.Field("a").In("x", 1, nil), `a in ("x", 1, null)`},
		"a list of nine":          {rule.Field("a").In(many[:9]...), `a in (0, 1, 2, 3, 4, 5, 6, 7, 8)`},
		"a long list":             {rule.Field("a").In(many...), `a in (0, 1, 2, 3, 4, 5, 6, 7, … and 9992 more)`},
		"contains":                {rule.Field("a").Contains("x"), `a contains "x"`},
		"contains any":            {rule.Field("a").Contains("x", "y"), `a contains any of ("x", "y")`},
		"prefix":                  {rule.Field("a").Prefix("x"), `a starts with "x"`},
		"prefixes":                {rule.Field("a").Prefix("x", "y"), `a starts with any of ("x", "y")`},
		"suffix":                  {rule.Field("a").Suffix("x"), `a ends with "x"`},
		"suffixes, folded":        {rule.Field("a").Suffix("x", "y").Fold(), `a ends with any of ("x", "y") ignoring case`},
		"glob":                    {rule.Field("a").Glob("x*"), `a like "x*"`},
		"globs":                   {rule.Field("a").Glob("x*", "?"), `a like any of ("x*", "?")`},
		"expression":              {rule.Field("a").Regexp(`\d+"`), "a matches `\\d+\"`"},
		"expressions":             {rule.Field("a").Regexp("`", "x"), "a matches any of (\"`\", `x`)"},
		"network":                 {rule.Field("sourceIPAddress").CIDR("10.0.0.0/8"), `sourceIPAddress in 10.0.0.0/8`},
		"networks":                {rule.Field("a").CIDR("10.0.0.0/8", "::1"), `a in (10.0.0.0/8, ::1)`},
		"less than":               {rule.Field("a").LessThan(1), `a < 1`},
		"at most":                 {rule.Field("a").AtMost(1), `a <= 1`},
		"greater than":            {rule.Field("a").GreaterThan(1), `a > 1`},
		"at least":                {rule.Field("a").AtLeast(-0.5), `a >= -0.5`},
		"missing":                 {rule.Field("a").Missing(), `not a exists`},
		"empty":                   {rule.Field("a").Empty(), `a is empty`},
		"before":                  {rule.Field("a").Before(time.Date(2023, 7, 10, 13, 42, 36, 5, time.FixedZone("", 7200))), `a before 2023-07-10T11:42:36.000000005Z`},
		"after":                   {rule.Field("a").After(time.Unix(0, 0)), `a after 1970-01-01T00:00:00Z`},
		"private":                 {rule.Not(rule.Field("a").Private()), `not a is private`},
		"length":                  {rule.Field("a").Length(3, 5), `length of a is 3 to 5`},
		"exact length":            {rule.Field("a").Length(3, 3), `length of a is 3`},
		"least length":            {rule.Field("a").Length(3, math.MaxInt), `length of a is at least 3`},
		"most count":              {rule.Field("a").Count(0, 3), `count of a is at most 3`},
		"contains all":            {rule.Field("a").Contains("x", "y").AllValues().Fold(), `a contains all of ("x", "y") ignoring case`},
		"equals a field":          {rule.Field("a").EqualsField("b.c").Fold(), `a equals field b.c ignoring case`},
		"differs from a field":    {rule.Field("a").DiffersFromField("b"), `a differs from field b`},
		"less than a field":       {rule.Field("a").LessThanField("b"), `a < field b`},
		"greater than a field":    {rule.Field("a").GreaterThanField("b"), `a > field b`},
		"any element":             {rule.Field("a").AnyOf(rule.Field("b").Equals(1), rule.Any(rule.Element().Exists(), rule.Field("c").Exists())), `any of a (b = 1 and (element exists or c exists))`},
		"each element":            {rule.Not(rule.Field("a").Each(rule.Element().EqualsField("b"))), `not each of a (element equals field b)`},
		"func on fields":          {rule.FuncOn(func(rule.Values) bool { return true }, "a", "b.c"), `func(a, b.c)`},
		"folded":                  {rule.Field("a").Equals("x").Fold(), `a = "x" ignoring case`},

		"and binds tighter than or":    {rule.Any(rule.All(a, b), c), `a = 1 and b exists or c contains "x"`},
		"or within and":                {rule.All(rule.Any(a, b), c), `(a = 1 or b exists) and c contains "x"`},
		"and within and":               {rule.All(rule.All(a, b), c), `a = 1 and b exists and c contains "x"`},
		"or within or":                 {rule.Any(a, rule.Any(b, c)), `a = 1 or b exists or c contains "x"`},
		"not of a group":               {rule.Not(rule.All(a, b)), `not (a = 1 and b exists)`},
		"not of an or, within an and":  {rule.All(rule.Not(rule.Any(a, b)), c), `not (a = 1 or b exists) and c contains "x"`},
		"not of not":                   {rule.Not(rule.Not(a)), `not not a = 1`},
		"a group of one is no group":   {rule.Not(rule.All(rule.Any(a))), `not a = 1`},
		"an or of one within an and":   {rule.All(rule.Any(rule.Any(a, b)), c), `(a = 1 or b exists) and c contains "x"`},
		"elements of elements":         {rule.Field("a").AnyOf(rule.Field("b").Each(rule.Element().Equals(1)), rule.Element().Exists()), `any of a (each of b (element = 1) and element exists)`},
		"elements and what follows":    {rule.All(rule.Field("a").AnyOf(rule.Element().Equals(1)), rule.Field("").Exists()), `any of a (element = 1) and "" exists`},
		"elements of nothing":          {rule.Condition{Op: rule.OpEach, Field: "a"}, `each of a ()`},
		"bounds that are none":         {rule.Condition{Op: rule.OpLength, Field: "a", Values: []any{"x", nil}}, `length of a is x to <nil>`},
		"at least of":                  {rule.AtLeast(2, a, rule.Any(b, c), rule.Not(c)), `at least 2 of (a = 1, b exists or c contains "x", not c contains "x")`},
		"not at least of, within and":  {rule.All(a, rule.Not(rule.AtLeast(1, b, c))), `a = 1 and not at least 1 of (b exists, c contains "x")`},
		"func":                         {rule.All(a, rule.Func(func(*parse.Record) bool { return true })), `a = 1 and func`},
		"an extension has its own say": {rule.Not(rule.Ext(differ{"a", "b"})), `not a differs from b`},

		"nothing":              {rule.Condition{}, `no condition`},
		"all of nothing":       {rule.All(), `all of nothing`},
		"any of nothing":       {rule.Not(rule.Any()), `not any of nothing`},
		"not of too much":      {rule.Condition{Op: rule.OpNot}, `not of 0 conditions`},
		"in nothing":           {rule.Field("a").In(), `a in ()`},
		"no extension":         {rule.Ext(nil), `no extension`},
		"an operator too many": {rule.Condition{Op: 99}, `unknown operator 99`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.c.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := fmt.Sprint(test.c); got != test.want {
				t.Errorf("fmt writes %s", got)
			}
		})
	}
}

func TestStringOfNestingWithoutEnd(t *testing.T) {
	of := make([]rule.Condition, 1)
	of[0] = rule.Condition{Op: rule.OpNot, Of: of}
	if got := of[0].String(); !strings.HasPrefix(got, "not not") || !strings.HasSuffix(got, "…") {
		t.Errorf("got %q", got)
	}
}
