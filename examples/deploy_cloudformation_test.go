package examples_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// cloudFormation evaluates the functions of a template.
type cloudFormation struct {
	parameters map[string]string // by names in lower case
	conditions map[string]any
	types      map[string]string // of the resources
}

// none is what AWS::NoValue leaves out.
type none struct{}

func readCloudFormation(text []byte, parameters map[string]string) (deployment, error) {
	f, err := parser.ParseBytes(text, 0)
	if err != nil {
		return deployment{}, err
	}
	if len(f.Docs) != 1 {
		return deployment{}, fmt.Errorf("%d documents", len(f.Docs))
	}
	raw, err := plain(f.Docs[0].Body)
	if err != nil {
		return deployment{}, err
	}
	template := raw.(map[string]any)
	c := cloudFormation{parameters: map[string]string{}, types: map[string]string{}}
	for name, p := range template["Parameters"].(map[string]any) {
		value, given := parameters[strings.ToLower(name)]
		if _, optional := p.(map[string]any)["Default"]; !given && !optional {
			return deployment{}, fmt.Errorf("parameter %s is required", name)
		}
		c.parameters[strings.ToLower(name)] = value
	}
	c.conditions, _ = template["Conditions"].(map[string]any)
	for name, r := range template["Resources"].(map[string]any) {
		c.types[name] = r.(map[string]any)["Type"].(string)
	}
	var d deployment
	for name, r := range template["Resources"].(map[string]any) {
		resource := r.(map[string]any)
		if condition, ok := resource["Condition"].(string); ok && !c.holds(condition) {
			continue
		}
		properties, err := json.Marshal(c.eval(resource["Properties"]))
		if err != nil {
			return deployment{}, err
		}
		if err := d.addCloudFormation(strings.ToLower(name), c.types[name], properties); err != nil {
			return deployment{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, nil
}

// plain turns a tree of YAML into maps, in which a tag such as !Ref is a map of that one key.
func plain(n ast.Node) (any, error) {
	switch n := n.(type) {
	case *ast.TagNode:
		v, err := plain(n.Value)
		return map[string]any{n.Start.Value: v}, err
	case *ast.MappingNode:
		return plainMap(n.Values)
	case *ast.MappingValueNode:
		return plainMap([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		list := []any{}
		for _, item := range n.Values {
			v, err := plain(item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case ast.ScalarNode:
		return n.GetValue(), nil
	}
	return nil, fmt.Errorf("%s: %T", n.GetPath(), n)
}

func plainMap(values []*ast.MappingValueNode) (any, error) {
	m := map[string]any{}
	for _, kv := range values {
		v, err := plain(kv.Value)
		if err != nil {
			return nil, err
		}
		m[kv.Key.GetToken().Value] = v
	}
	return m, nil
}

func (c cloudFormation) eval(v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, item := range v {
			if item = c.eval(item); item != (none{}) {
				list = append(list, item)
			}
		}
		return list
	case map[string]any:
		for name, arg := range v {
			if strings.HasPrefix(name, "!") {
				return c.call(name, arg)
			}
		}
		m := map[string]any{}
		for name, item := range v {
			if item = c.eval(item); item != (none{}) {
				m[name] = item
			}
		}
		return m
	}
	return v
}

func (c cloudFormation) call(name string, arg any) any {
	switch name {
	case "!Ref":
		return c.ref(arg.(string))
	case "!GetAtt":
		resource, attribute, _ := strings.Cut(arg.(string), ".")
		switch attribute {
		case "QueueName":
			attribute = "name"
		case "Arn":
			if c.types[resource] == "AWS::Logs::LogGroup" {
				return strings.ToLower(resource) + ".arn:*"
			}
		}
		return strings.ToLower(resource + "." + attribute)
	case "!Sub":
		text := arg.(string)
		for {
			before, rest, ok := strings.Cut(text, "${")
			if !ok {
				return text
			}
			name, after, _ := strings.Cut(rest, "}")
			text = before + fmt.Sprint(c.ref(name)) + after
		}
	case "!If":
		args := arg.([]any)
		if c.holds(args[0].(string)) {
			return c.eval(args[1])
		}
		return c.eval(args[2])
	case "!Not":
		return c.eval(arg.([]any)[0]) != true
	case "!Equals":
		args := c.eval(arg).([]any)
		return args[0] == args[1]
	}
	return "unknown " + name
}

func (c cloudFormation) holds(condition string) bool { return c.eval(c.conditions[condition]) == true }

func (c cloudFormation) ref(name string) any {
	lower := strings.ToLower(name)
	if value, ok := c.parameters[lower]; ok {
		return value
	}
	switch name {
	case "AWS::NoValue":
		return none{}
	case "AWS::Partition", "AWS::AccountId":
		return strings.TrimSuffix(strings.TrimPrefix(lower, "aws::"), "id")
	}
	switch c.types[name] {
	case "AWS::SNS::Topic":
		return lower + ".arn"
	case "AWS::SQS::Queue":
		return lower + ".url"
	case "":
		return "undefined " + name
	}
	return lower + ".name"
}

// texts is one string or many.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

type policyDocument struct {
	Statement []struct {
		Effect           string
		Principal        struct{ Service string }
		Action, Resource texts
		Condition        map[string]map[string]string
	}
}

func (p policyDocument) grants() []grant {
	var all []grant
	for _, s := range p.Statement {
		var conditions []string
		for test, variables := range s.Condition {
			for variable, value := range variables {
				conditions = append(conditions, test+" "+variable+" "+value)
			}
		}
		who := s.Principal.Service
		if s.Effect != "Allow" {
			who = s.Effect + " " + who
		}
		all = append(all, newGrant(who, s.Action, s.Resource, conditions))
	}
	return all
}

type cloudFormationMapping struct {
	Queue, Stream, EventSourceArn                   string
	FunctionResponseTypes                           []string
	BisectBatchOnFunctionError                      bool
	MaximumRetryAttempts, MaximumRecordAgeInSeconds int
	DestinationConfig                               struct{ OnFailure struct{ Destination string } }
	Topic                                           string
	RedrivePolicy                                   struct{ DeadLetterTargetArn string }
}

func (m cloudFormationMapping) mapping() mapping {
	return mapping{m.Queue + m.Stream + m.EventSourceArn, m.FunctionResponseTypes, m.BisectBatchOnFunctionError,
		m.MaximumRetryAttempts, m.MaximumRecordAgeInSeconds, m.DestinationConfig.OnFailure.Destination}
}

// addCloudFormation adds a resource, of the types that this test knows: another has to be made known to it.
func (d *deployment) addCloudFormation(name, kind string, properties []byte) error {
	switch kind {
	case "AWS::Serverless::Function":
		return d.addServerless(properties)
	case "AWS::Lambda::EventSourceMapping":
		var m cloudFormationMapping
		err := json.Unmarshal(properties, &m)
		d.Mappings = append(d.Mappings, m.mapping())
		return err
	case "AWS::SNS::Subscription":
		var s struct{ TopicArn, Endpoint string }
		err := json.Unmarshal(properties, &s)
		d.Subscriptions = append(d.Subscriptions, subscription{Topic: s.TopicArn, Endpoint: s.Endpoint})
		return err
	case "AWS::IAM::Role":
		var r struct {
			ManagedPolicyArns []string
			Policies          []struct{ PolicyDocument policyDocument }
		}
		err := json.Unmarshal(properties, &r)
		for _, p := range r.Policies {
			d.Grants = append(d.Grants, p.PolicyDocument.grants()...)
		}
		for _, arn := range r.ManagedPolicyArns {
			d.Grants = append(d.Grants, grant("all of "+arn))
		}
		return err
	case "AWS::SQS::QueuePolicy":
		var p struct{ PolicyDocument policyDocument }
		err := json.Unmarshal(properties, &p)
		d.Senders = append(d.Senders, p.PolicyDocument.grants()...)
		return err
	case "AWS::SQS::Queue":
		var q struct {
			SqsManagedSseEnabled                      bool
			VisibilityTimeout, MessageRetentionPeriod int
			RedrivePolicy                             struct {
				DeadLetterTargetArn string
				MaxReceiveCount     int
			}
		}
		err := json.Unmarshal(properties, &q)
		d.addQueue(name, queue{q.SqsManagedSseEnabled, q.VisibilityTimeout, q.MessageRetentionPeriod, q.RedrivePolicy.DeadLetterTargetArn, q.RedrivePolicy.MaxReceiveCount})
		return err
	case "AWS::SNS::Topic":
		var topic struct{ KmsMasterKeyID string }
		err := json.Unmarshal(properties, &topic)
		d.addTopic(name, topic.KmsMasterKeyID)
		return err
	case "AWS::CloudWatch::Alarm":
		var a struct {
			Namespace, MetricName, Statistic, ComparisonOperator string
			Threshold                                            float64
			Dimensions                                           []struct{ Name, Value string }
			AlarmActions                                         []string
		}
		err := json.Unmarshal(properties, &a)
		i := slices.IndexFunc(a.Dimensions, func(d struct{ Name, Value string }) bool { return d.Name == "QueueName" })
		if i < 0 {
			return fmt.Errorf("no dimension QueueName: %w", err)
		}
		d.Alarms = append(d.Alarms, alarm{a.Namespace, a.MetricName, a.Dimensions[i].Value, a.Statistic, a.ComparisonOperator, a.Threshold, append([]string{}, a.AlarmActions...)})
		return err
	case "AWS::Logs::LogGroup":
		return nil
	}
	return fmt.Errorf("resource of the type %s", kind)
}

func (d *deployment) addServerless(properties []byte) error {
	var f struct {
		Runtime, Handler string
		Architectures    []string
		Timeout          int
		Environment      struct{ Variables map[string]string }
		LoggingConfig    struct{ LogFormat, LogGroup string }
		Role             string
		Policies         []any // which would be besides Role
		Events           map[string]struct {
			Type       string
			Properties cloudFormationMapping
		}
		EventInvokeConfig struct {
			MaximumEventAgeInSeconds, MaximumRetryAttempts int
			DestinationConfig                              struct{ OnFailure struct{ Destination string } }
		}
	}
	if err := json.Unmarshal(properties, &f); err != nil {
		return err
	}
	if f.Role != "role.arn" || f.Policies != nil {
		return fmt.Errorf("role %s and policies %v", f.Role, f.Policies)
	}
	d.Runtime, d.Handler, d.Architectures, d.Timeout = f.Runtime, f.Handler, f.Architectures, f.Timeout
	d.Environment, d.LogFormat, d.LogGroup = f.Environment.Variables, f.LoggingConfig.LogFormat, f.LoggingConfig.LogGroup
	d.Async = async{f.EventInvokeConfig.MaximumRetryAttempts, f.EventInvokeConfig.MaximumEventAgeInSeconds, f.EventInvokeConfig.DestinationConfig.OnFailure.Destination}
	for _, e := range f.Events {
		if e.Type == "SNS" {
			d.Subscriptions = append(d.Subscriptions, subscription{e.Properties.Topic, "function.arn", e.Properties.RedrivePolicy.DeadLetterTargetArn})
			continue
		}
		d.Mappings = append(d.Mappings, e.Properties.mapping())
	}
	return nil
}

func (d *deployment) addQueue(name string, q queue) {
	if d.Queues == nil {
		d.Queues = map[string]queue{}
	}
	d.Queues[name] = q
}

func (d *deployment) addTopic(name, key string) {
	if d.Topics == nil {
		d.Topics = map[string]string{}
	}
	d.Topics[name] = key
}
