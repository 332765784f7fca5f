package communityrules

import "github.com/streamalert/streamalert-go/rule"

func accountRules() []rule.Rule { return []rule.Rule{OneLoginRoleAssumed, BuildkiteAdminGranted} }

// OneLoginRoleAssumed matches an administrator who goes on as another user.
var OneLoginRoleAssumed = rule.Rule{
	ID:             "onelogin.user-assumed",
	Title:          "OneLogin: somebody acts as another user",
	Description:    "An administrator took the place of a user, and can do in that user's name what the user can do.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"onelogin", "identity"},
	Techniques:     []string{"T1078.004"},
	References:     []string{"https://developers.onelogin.com/api-docs/1/events/event-types"},
	FalsePositives: []string{"Help for users"},
	AlertTitle:     "OneLogin: {actor_user_name} acts as {user_name}",
	Logs:           []string{logOneLogin},
	When:           rule.Field("event_type_id").In(3, "3"),
}

// BuildkiteAdminGranted matches a member of an organization who is an administrator from now on.
var BuildkiteAdminGranted = rule.Rule{
	ID:             "buildkite.admin-granted",
	Title:          "Buildkite: somebody became an administrator",
	Description:    "Administrators can change every pipeline, and so what is built and put into production.",
	Severity:       rule.Medium,
	Status:         rule.StatusExperimental,
	Tags:           []string{"buildkite", "identity"},
	Techniques:     []string{"T1098"},
	References:     []string{"https://buildkite.com/docs/platform/audit-log"},
	FalsePositives: []string{"New colleagues in the team that runs the pipelines"},
	Logs:           []string{logBuildkite},
	When: rule.All(
		rule.Field("type").In("ORGANIZATION_MEMBER_UPDATED", "ORGANIZATION_MEMBER_CREATED"),
		rule.Field("data.admin").Equals(true),
	),
}
