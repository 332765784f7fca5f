package communityrules

import "github.com/streamalert/streamalert-go/rule"

func gitHubRules() []rule.Rule {
	return []rule.Rule{
		GitHubBranchUnprotected, GitHubBranchPolicyOverridden, GitHubReviewsNotRequired, GitHubStaleApprovalsKept,
		GitHubStatusChecksNotRequired, GitHubOrgTwoFactorNotRequired, GitHubUserTwoFactorDisabled, GitHubOAuthApplicationCreated,
		GitHubOrgHookCreated, GitHubRepositoryDestroyed, GitHubSiteAdminPromoted, GitHubSiteAdminTool,
	}
}

// The pages that describe what the rules of this file look for.
const (
	branchReference = "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches"
	auditReference  = "https://docs.github.com/en/enterprise-server/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/audit-log-events-for-your-enterprise"
)

// action holds for entries of the audit log with this action.
func action(name string) rule.Condition { return rule.Field("action").Equals(name) }

// data holds for what an entry says beside who did what: Enterprise Server has it in data, the cloud in the entry itself.
func data(path string, value any) rule.Condition {
	return rule.Any(rule.Field("data."+path).Equals(value), rule.Field(path).Equals(value))
}

// GitHubBranchUnprotected matches the end of all protection of a branch.
var GitHubBranchUnprotected = rule.Rule{
	ID:             "github.branch-unprotected",
	Title:          "GitHub: a branch is protected no more",
	Description:    "With the protection go the reviews, the owners' approval and the status checks that it asked for.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1195.002"},
	References:     []string{branchReference},
	FalsePositives: []string{"Branches that are removed or renamed"},
	AlertTitle:     "GitHub: {actor} ended the protection of a branch of {repo}",
	Logs:           []string{logGitHub},
	When:           action("protected_branch.destroy"),
}

// GitHubBranchPolicyOverridden matches a push past the protection of a branch.
var GitHubBranchPolicyOverridden = rule.Rule{
	ID:             "github.branch-policy-overridden",
	Title:          "GitHub: the protection of a branch was overridden",
	Description:    "An administrator changed a protected branch without what its protection asks for.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1195.002"},
	References:     []string{auditReference},
	FalsePositives: []string{"Urgent fixes"},
	AlertTitle:     "GitHub: {actor} overrode the protection of a branch of {repo}",
	Logs:           []string{logGitHub},
	When:           action("protected_branch.policy_override"),
}

// GitHubReviewsNotRequired matches a branch that takes changes nobody has reviewed.
var GitHubReviewsNotRequired = rule.Rule{
	ID:             "github.reviews-not-required",
	Title:          "GitHub: pull requests need no review any more",
	Description:    "A single account is now enough to change the branch.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1195.002"},
	References:     []string{branchReference},
	FalsePositives: []string{"Accounts of machines that manage the settings: make an exception for them"},
	Logs:           []string{logGitHub},
	When: rule.All(
		action("protected_branch.dismissal_restricted_users_teams"),
		data("authorized_actors_only", true),
	),
}

// GitHubStaleApprovalsKept matches a branch on which an approval covers what is pushed after it.
var GitHubStaleApprovalsKept = rule.Rule{
	ID:             "github.stale-approvals-kept",
	Title:          "GitHub: approvals hold for what is pushed after them",
	Description:    "Whoever has an approval can push something else and merge that.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1195.002"},
	References:     []string{branchReference},
	FalsePositives: []string{"The same action is logged when the setting is switched on"},
	Logs:           []string{logGitHub},
	When:           action("protected_branch.dismiss_stale_reviews"),
}

// GitHubStatusChecksNotRequired matches a branch that takes changes whose checks failed.
var GitHubStatusChecksNotRequired = rule.Rule{
	ID:             "github.status-checks-not-required",
	Title:          "GitHub: status checks are not required any more",
	Description:    "Changes can be merged that fail the tests, or a scan for secrets or known holes.",
	Severity:       rule.Low,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1195.002"},
	References:     []string{branchReference},
	FalsePositives: []string{"A check that is broken and holds everybody up"},
	Logs:           []string{logGitHub},
	When: rule.All(
		action("protected_branch.update_required_status_checks_enforcement_level"),
		// 1 is for everybody but administrators, 2 for everybody.
		data("required_status_checks_enforcement_level", 0),
	),
}

// GitHubOrgTwoFactorNotRequired matches an organization that takes members without a second factor.
var GitHubOrgTwoFactorNotRequired = rule.Rule{
	ID:             "github.org-two-factor-not-required",
	Title:          "GitHub: an organization requires no second factor any more",
	Description:    "The password of any member is now enough to get at the code.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "identity"},
	Techniques:     []string{"T1556.006"},
	References:     []string{"https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-two-factor-authentication-for-your-organization/requiring-two-factor-authentication-in-your-organization"},
	FalsePositives: []string{"Organizations that move to single sign-on"},
	AlertTitle:     "GitHub: {actor} no longer requires a second factor in {org}",
	Logs:           []string{logGitHub},
	When:           action("org.disable_two_factor_requirement"),
}

// GitHubUserTwoFactorDisabled matches a user without a second factor.
var GitHubUserTwoFactorDisabled = rule.Rule{
	ID:             "github.user-two-factor-disabled",
	Title:          "GitHub: a user has no second factor any more",
	Description:    "The password of this user is now enough to get at the code.",
	Severity:       rule.Medium,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "identity"},
	Techniques:     []string{"T1556.006"},
	References:     []string{auditReference},
	FalsePositives: []string{"Users with a new phone"},
	AlertTitle:     "GitHub: {user} has no second factor any more",
	Logs:           []string{logGitHub},
	When:           action("two_factor_authentication.disabled"),
}

// GitHubOAuthApplicationCreated matches a new application that can ask users for access.
var GitHubOAuthApplicationCreated = rule.Rule{
	ID:             "github.oauth-application-created",
	Title:          "GitHub: an OAuth application was registered",
	Description:    "Users who are talked into it can give the application access to all that they have access to.",
	Severity:       rule.Low,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "identity"},
	Techniques:     []string{"T1528"},
	References:     []string{"https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/creating-an-oauth-app"},
	FalsePositives: []string{"Tools that are made in the house"},
	Logs:           []string{logGitHub},
	When:           action("oauth_application.create"),
}

// GitHubOrgHookCreated matches a hook that is told what happens in all repositories of an organization.
var GitHubOrgHookCreated = rule.Rule{
	ID:             "github.org-hook-created",
	Title:          "GitHub: a webhook for a whole organization was created",
	Description:    "Its receiver is told of every push, issue and comment in all repositories, private ones too.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "exposure"},
	Techniques:     []string{"T1567.004"},
	References:     []string{"https://docs.github.com/en/webhooks/types-of-webhooks"},
	FalsePositives: []string{"New services that the organization uses"},
	Logs:           []string{logGitHub},
	When:           rule.All(action("hook.create"), data("hook_type", "org")),
}

// GitHubRepositoryDestroyed matches the end of a repository.
var GitHubRepositoryDestroyed = rule.Rule{
	ID:             "github.repository-destroyed",
	Title:          "GitHub: a repository was deleted",
	Description:    "Its code, issues and history are gone, unless it is restored within 90 days.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "code"},
	Techniques:     []string{"T1485"},
	References:     []string{auditReference},
	FalsePositives: []string{"Repositories that nobody needs"},
	AlertTitle:     "GitHub: {actor} deleted {repo}",
	Logs:           []string{logGitHub},
	When:           action("repo.destroy"),
}

// GitHubSiteAdminPromoted matches a new administrator of a whole Enterprise Server.
var GitHubSiteAdminPromoted = rule.Rule{
	ID:             "github.site-admin-promoted",
	Title:          "GitHub: a user became a site administrator",
	Description:    "Site administrators see everything on the server, and can act as any user.",
	Severity:       rule.High,
	Status:         rule.StatusStable,
	Tags:           []string{"github", "identity"},
	Techniques:     []string{"T1098"},
	References:     []string{"https://docs.github.com/en/enterprise-server/admin/managing-accounts-and-repositories/managing-users-in-your-enterprise/promoting-or-demoting-a-site-administrator"},
	FalsePositives: []string{"New colleagues in the team that runs the server"},
	AlertTitle:     "GitHub: {actor} made {user} a site administrator",
	Logs:           []string{logGitHub},
	When:           action("user.promote"),
}

// GitHubSiteAdminTool matches what only site administrators can do, such as to act as another user.
var GitHubSiteAdminTool = rule.Rule{
	ID:             "github.site-admin-tool",
	Title:          "GitHub: a tool of the site administrators was used",
	Description:    "Site administrators can sign in as any user, unlock repositories and change accounts. Each time there is a reason, or should be.",
	Severity:       rule.Medium,
	Status:         rule.StatusTest,
	Tags:           []string{"github", "identity"},
	Techniques:     []string{"T1078"},
	References:     []string{auditReference},
	FalsePositives: []string{"Help for users"},
	AlertTitle:     "GitHub: {actor} used {action}",
	Logs:           []string{logGitHub},
	When:           rule.Field("action").Prefix("staff."),
}
