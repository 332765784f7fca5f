package examples_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

func readTerraform(text []byte, parameters map[string]string) (deployment, error) {
	f, diags := hclsyntax.ParseConfig(text, "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return deployment{}, diags
	}
	body := f.Body.(*hclsyntax.Body)
	ctx, err := terraformContext(body, parameters)
	if err != nil {
		return deployment{}, err
	}
	var d deployment
	documents := map[string][]grant{}
	var attached [][2]string // a kind of policy, and its document
	for _, b := range body.Blocks {
		if b.Type != "resource" && b.Type != "data" {
			continue
		}
		values, err := terraformBody(b.Body, ctx)
		if err != nil {
			return deployment{}, err
		}
		if count, ok := values["count"]; ok && count == 0.0 {
			continue
		}
		properties, err := json.Marshal(values)
		if err != nil {
			return deployment{}, err
		}
		kind, name := b.Labels[0], strings.ReplaceAll(b.Labels[1], "_", "")
		switch kind {
		case "aws_iam_policy_document":
			documents[name], err = terraformGrants(properties)
		case "aws_iam_role_policy", "aws_sqs_queue_policy":
			attached = append(attached, [2]string{kind, fmt.Sprint(values["policy"])})
		default:
			err = d.addTerraform(name, kind, properties)
		}
		if err != nil {
			return deployment{}, fmt.Errorf("%s: %w", b.Labels, err)
		}
	}
	for _, a := range attached {
		grants, ok := documents[strings.TrimSuffix(a[1], ".json")]
		if !ok {
			return deployment{}, fmt.Errorf("no policy document %s", a[1])
		}
		if a[0] == "aws_iam_role_policy" {
			d.Grants = append(d.Grants, grants...)
		} else {
			d.Senders = append(d.Senders, grants...)
		}
	}
	return d, nil
}

// terraformContext has the variables and the locals, and for each attribute of a resource that the file mentions its name.
func terraformContext(body *hclsyntax.Body, parameters map[string]string) (*hcl.EvalContext, error) {
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{"path": cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(".")})},
		Functions: map[string]function.Function{
			"jsonencode": stdlib.JSONEncodeFunc,
			"filebase64sha256": function.New(&function.Spec{
				Params: []function.Parameter{{Name: "path", Type: cty.String}},
				Type:   function.StaticReturnType(cty.String),
				Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0], nil },
			}),
		},
	}
	variables, locals := map[string]cty.Value{}, map[string]cty.Value{}
	for _, b := range body.Blocks {
		switch b.Type {
		case "variable":
			name := strings.ReplaceAll(b.Labels[0], "_", "")
			value, given := parameters[name]
			if a, optional := b.Body.Attributes["default"]; optional && !given {
				v, diags := a.Expr.Value(nil)
				if diags.HasErrors() {
					return nil, diags
				}
				value, given = v.AsString(), true
			}
			if !given {
				return nil, fmt.Errorf("variable %s is required", name)
			}
			variables[b.Labels[0]] = cty.StringVal(value)
		case "locals":
			for name, a := range b.Body.Attributes {
				v, diags := a.Expr.Value(nil)
				if diags.HasErrors() {
					return nil, diags
				}
				locals[name] = v
			}
		}
	}
	ctx.Variables["var"], ctx.Variables["local"] = cty.ObjectVal(variables), cty.ObjectVal(locals)
	names := map[string]any{}
	var err error
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		if t, ok := n.(*hclsyntax.ScopeTraversalExpr); ok {
			err = errors.Join(err, mention(names, t.Traversal))
		}
		return nil
	})
	for root, v := range nested(names) {
		if _, ok := ctx.Variables[root]; !ok {
			ctx.Variables[root] = v
		}
	}
	return ctx, err
}

// mention puts the name of what a traversal leads to, such as aws_sqs_queue.dead_letters.arn, into a tree.
func mention(names map[string]any, t hcl.Traversal) error {
	path := []string{t.RootName()}
	for _, step := range t[1:] {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			return fmt.Errorf("%s: %T", t.RootName(), step)
		}
		path = append(path, attr.Name)
	}
	last := len(path) - 1
	if last < 2 { // a variable, or what a resource depends on
		return nil
	}
	resource, attribute := strings.ReplaceAll(path[last-1], "_", ""), path[last]
	name := resource + "." + attribute
	switch strings.Join(path[:last], ".") + "." + attribute {
	case "data.aws_partition.current.partition":
		name = "partition"
	case "data.aws_caller_identity.current.account_id":
		name = "account"
	}
	if path[0] == "aws_sqs_queue" && attribute == "id" {
		name = resource + ".url"
	}
	if attribute == "function_name" {
		name = resource + ".name"
	}
	m := names
	for _, p := range path[:last] {
		if m[p] == nil {
			m[p] = map[string]any{}
		}
		m = m[p].(map[string]any)
	}
	m[attribute] = name
	return nil
}

func nested(names map[string]any) map[string]cty.Value {
	values := map[string]cty.Value{}
	for name, v := range names {
		switch v := v.(type) {
		case string:
			values[name] = cty.StringVal(v)
		case map[string]any:
			values[name] = cty.ObjectVal(nested(v))
		}
	}
	return values
}

// terraformBody evaluates a block: its attributes, and its blocks as lists by their type.
func terraformBody(body *hclsyntax.Body, ctx *hcl.EvalContext) (map[string]any, error) {
	values := map[string]any{}
	for name, a := range body.Attributes {
		if name == "depends_on" {
			continue
		}
		v, diags := a.Expr.Value(ctx)
		if diags.HasErrors() {
			return nil, diags
		}
		b, err := ctyjson.Marshal(v, v.Type())
		if err != nil {
			return nil, err
		}
		var plain any
		if err := json.Unmarshal(b, &plain); err != nil {
			return nil, err
		}
		values[name] = plain
	}
	for _, b := range body.Blocks {
		kind, content := b.Type, b.Body
		if kind == "dynamic" {
			each, diags := b.Body.Attributes["for_each"].Expr.Value(ctx)
			if diags.HasErrors() {
				return nil, diags
			}
			if each.LengthInt() == 0 {
				continue
			}
			kind, content = b.Labels[0], b.Body.Blocks[0].Body
		}
		inner, err := terraformBody(content, ctx)
		if err != nil {
			return nil, err
		}
		list, _ := values[kind].([]any)
		values[kind] = append(list, inner)
	}
	return values, nil
}

func terraformGrants(properties []byte) ([]grant, error) {
	var doc struct {
		Statement []struct {
			Effect             string
			Actions, Resources []string
			Principals         []struct{ Identifiers []string }
			Condition          []struct {
				Test, Variable string
				Values         []string
			}
		}
	}
	err := json.Unmarshal(properties, &doc)
	var all []grant
	for _, s := range doc.Statement {
		who, conditions := s.Effect+" ", []string{}
		for _, p := range s.Principals {
			who += strings.Join(p.Identifiers, ",")
		}
		for _, c := range s.Condition {
			conditions = append(conditions, c.Test+" "+c.Variable+" "+strings.Join(c.Values, ","))
		}
		all = append(all, newGrant(who, s.Actions, s.Resources, conditions))
	}
	return all, err
}

type terraformDestination []struct {
	OnFailure []struct {
		Destination    string
		DestinationArn string `json:"destination_arn"`
	} `json:"on_failure"`
}

func (t terraformDestination) String() string {
	var all []string
	for _, d := range t {
		for _, f := range d.OnFailure {
			all = append(all, f.Destination+f.DestinationArn)
		}
	}
	return strings.Join(all, ",")
}

// redrivePolicy is in a string of its own.
type redrivePolicy struct {
	DeadLetterTargetArn string
	MaxReceiveCount     int
}

func (r *redrivePolicy) UnmarshalText(b []byte) error {
	type plain redrivePolicy
	return json.Unmarshal(b, (*plain)(r))
}

// addTerraform adds a resource, of the types that this test knows: another has to be made known to it.
func (d *deployment) addTerraform(name, kind string, properties []byte) error {
	switch kind {
	case "aws_lambda_function":
		return d.addTerraformFunction(properties)
	case "aws_lambda_event_source_mapping":
		var m struct {
			Source        string               `json:"event_source_arn"`
			ResponseTypes []string             `json:"function_response_types"`
			Bisect        bool                 `json:"bisect_batch_on_function_error"`
			Retries       int                  `json:"maximum_retry_attempts"`
			Age           int                  `json:"maximum_record_age_in_seconds"`
			Destination   terraformDestination `json:"destination_config"`
		}
		err := json.Unmarshal(properties, &m)
		d.Mappings = append(d.Mappings, mapping{m.Source, m.ResponseTypes, m.Bisect, m.Retries, m.Age, m.Destination.String()})
		return err
	case "aws_lambda_function_event_invoke_config":
		var a struct {
			Retries     int                  `json:"maximum_retry_attempts"`
			Age         int                  `json:"maximum_event_age_in_seconds"`
			Destination terraformDestination `json:"destination_config"`
		}
		err := json.Unmarshal(properties, &a)
		d.Async = async{a.Retries, a.Age, a.Destination.String()}
		return err
	case "aws_sns_topic_subscription":
		var s struct {
			Topic    string `json:"topic_arn"`
			Endpoint string
			Redrive  redrivePolicy `json:"redrive_policy"`
		}
		err := json.Unmarshal(properties, &s)
		d.Subscriptions = append(d.Subscriptions, subscription{s.Topic, s.Endpoint, s.Redrive.DeadLetterTargetArn})
		return err
	case "aws_sqs_queue":
		var q struct {
			Encrypted  bool          `json:"sqs_managed_sse_enabled"`
			Visibility int           `json:"visibility_timeout_seconds"`
			Retention  int           `json:"message_retention_seconds"`
			Redrive    redrivePolicy `json:"redrive_policy"`
		}
		err := json.Unmarshal(properties, &q)
		d.addQueue(name, queue{q.Encrypted, q.Visibility, q.Retention, q.Redrive.DeadLetterTargetArn, q.Redrive.MaxReceiveCount})
		return err
	case "aws_sns_topic":
		var topic struct {
			Key string `json:"kms_master_key_id"`
		}
		err := json.Unmarshal(properties, &topic)
		d.addTopic(name, topic.Key)
		return err
	case "aws_cloudwatch_metric_alarm":
		var a struct {
			Namespace, Statistic string
			Metric               string `json:"metric_name"`
			Comparison           string `json:"comparison_operator"`
			Threshold            float64
			Dimensions           struct{ QueueName string }
			Actions              []string `json:"alarm_actions"`
		}
		err := json.Unmarshal(properties, &a)
		d.Alarms = append(d.Alarms, alarm{a.Namespace, a.Metric, a.Dimensions.QueueName, a.Statistic, a.Comparison, a.Threshold, a.Actions})
		return err
	case "aws_lambda_permission":
		var p struct {
			Source string `json:"source_arn"`
		}
		if err := json.Unmarshal(properties, &p); err != nil || p.Source == "" {
			return fmt.Errorf("permission for any source: %w", err)
		}
		return nil
	}
	harmless := []string{"aws_iam_role", "aws_cloudwatch_log_group", "aws_s3_bucket_notification", "aws_caller_identity", "aws_partition"}
	if !slices.Contains(harmless, kind) {
		return fmt.Errorf("resource of the type %s", kind)
	}
	return nil
}

func (d *deployment) addTerraformFunction(properties []byte) error {
	var f struct {
		Runtime, Handler string
		Architectures    []string
		Timeout          int
		Environment      []struct{ Variables map[string]string }
		Logging          []struct {
			Format string `json:"log_format"`
			Group  string `json:"log_group"`
		} `json:"logging_config"`
	}
	if err := json.Unmarshal(properties, &f); err != nil {
		return err
	}
	d.Runtime, d.Handler, d.Architectures, d.Timeout = f.Runtime, f.Handler, f.Architectures, f.Timeout
	for _, e := range f.Environment {
		d.Environment = e.Variables
	}
	for _, l := range f.Logging {
		d.LogFormat, d.LogGroup = l.Format, l.Group
	}
	return nil
}
