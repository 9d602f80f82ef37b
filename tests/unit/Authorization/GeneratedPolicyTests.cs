using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Authorization;

/// <summary>The compiled engine against the text, on policies and workloads by chance.</summary>
public sealed class GeneratedPolicyTests
{
    private const int Sets = 4_000;
    private const int QuestionsEach = 30;

    [Fact]
    public void The_engine_decides_as_the_text_says_on_120000_pairs_of_policies_and_workloads()
    {
        Dictionary<PolicyOutcome, int> outcomes = [];
        for (int seed = 0; seed < Sets; seed++)
        {
            PolicyGenerator generator = new(seed);
            OnboardingPolicy[] policies = generator.Policies();
            PolicySet set = PolicySet.Compile(policies);
            for (int i = 0; i < QuestionsEach; i++)
            {
                AdmissionQuestion question = generator.Question();
                AdmissionAnswer decision = set.Decide(question);

                (PolicyOutcome, string?, int) expected = NaiveEvaluator.Decide(policies, question);
                if ((decision.Outcome, decision.Policy, decision.Rule) != expected)
                {
                    Assert.Fail($"seed {seed}, question {i}: {decision} instead of {expected}");
                }

                outcomes[decision.Outcome] = outcomes.GetValueOrDefault(decision.Outcome) + 1;
            }
        }

        // What never comes up isn't tested.
        outcomes.Values.Sum().ShouldBeGreaterThanOrEqualTo(100_000);
        outcomes.Count.ShouldBe(Enum.GetValues<PolicyOutcome>().Length);
        outcomes.Values.Min().ShouldBeGreaterThan(1_000, string.Join(", ", outcomes));
    }

    [Fact]
    public void A_set_that_was_edited_decides_like_one_made_at_once()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            PolicyGenerator generator = new(seed);
            Dictionary<string, OnboardingPolicy> current = [];
            PolicySet edited = PolicySet.Empty;
            for (int step = 0; step < 12; step++)
            {
                foreach (OnboardingPolicy policy in generator.Policies())
                {
                    if (generator.Chance(3))
                    {
                        edited = edited.Without(policy.Metadata.Name);
                        current.Remove(policy.Metadata.Name);
                    }
                    else
                    {
                        edited = edited.With(policy);
                        current[policy.Metadata.Name] = policy;
                    }
                }

                AdmissionQuestion question = generator.Question();
                edited.Decide(question).ShouldBeEquivalentTo(PolicySet.Compile(current.Values).Decide(question), $"seed {seed}, step {step}");
            }

            edited.Count.ShouldBe(current.Count);
        }
    }

    [Fact]
    public void What_explains_is_what_decides()
    {
        for (int seed = 0; seed < 1_000; seed++)
        {
            PolicyGenerator generator = new(seed);
            PolicySet set = PolicySet.Compile(generator.Policies());
            AdmissionQuestion question = generator.Question();

            PolicyExplanation explanation = set.Explain(question);

            explanation.Decision.ShouldBeEquivalentTo(set.Decide(question));
            explanation.Summary.ShouldNotBeNullOrEmpty();
            bool decidedByRule = explanation.Decision.Outcome is PolicyOutcome.Allowed or PolicyOutcome.Denied;
            explanation.Rules.Any(r => r.Applies).ShouldBe(decidedByRule, $"seed {seed}: {string.Join("\n", explanation.Lines)}");
            if (!decidedByRule)
            {
                explanation.Rules.ShouldAllBe(r => !r.SelectsGroup || r.Failed.Count > 0, $"seed {seed}: each rule says what it lacks");
            }
        }
    }

    [Fact]
    public void Adding_a_bound_never_widens_what_a_rule_admits()
    {
        int narrowed = 0;
        for (int seed = 0; seed < 8_000; seed++)
        {
            PolicyGenerator generator = new(seed);
            OnboardingPolicyRule rule = generator.Rule();
            OnboardingPolicyRule bounded = Bound(rule, generator);
            PolicySet wide = SetOf(rule);
            PolicySet narrow = SetOf(bounded);
            for (int i = 0; i < 5; i++)
            {
                AdmissionQuestion question = generator.Question();
                bool before = wide.Decide(question).IsAllowed;
                bool after = narrow.Decide(question).IsAllowed;

                if (after && !before)
                {
                    Assert.Fail($"seed {seed}, question {i}");
                }

                narrowed += before && !after ? 1 : 0;
            }
        }

        narrowed.ShouldBeGreaterThan(40, "bounds that bind");
    }

    [Fact]
    public void Adding_a_deny_rule_never_admits_and_adding_an_allow_rule_never_refuses()
    {
        for (int seed = 0; seed < 1_000; seed++)
        {
            PolicyGenerator generator = new(seed);
            OnboardingPolicy[] policies = generator.Policies();
            OnboardingPolicy allow = TestPolicies.FromSpec("zz", """{"allow": []}""") with { Spec = new OnboardingPolicySpec { Allow = [generator.Rule()] } };
            OnboardingPolicy deny = allow with { Spec = new OnboardingPolicySpec { Deny = [new DenyRule { Workloads = generator.Rule().Workloads }] } };
            AdmissionQuestion question = generator.Question();
            bool before = PolicySet.Compile(policies).Decide(question).IsAllowed;

            (before && !PolicySet.Compile([.. policies, allow]).Decide(question).IsAllowed).ShouldBeFalse($"seed {seed}");
            (!before && PolicySet.Compile([.. policies, deny]).Decide(question).IsAllowed).ShouldBeFalse($"seed {seed}");
        }
    }

    private static PolicySet SetOf(OnboardingPolicyRule rule) =>
        PolicySet.Compile([TestPolicies.FromSpec("p", """{"allow": []}""") with { Spec = new OnboardingPolicySpec { Allow = [rule] } }]);

    private static OnboardingPolicyRule Bound(OnboardingPolicyRule rule, PolicyGenerator generator) => generator.Pick<Func<OnboardingPolicyRule>>(
    [
        () => rule with { NotAfter = TestPolicies.Now.AddSeconds(generator.Pick([-1, 1])) is var end && end < (rule.NotAfter ?? DateTimeOffset.MaxValue) ? end : rule.NotAfter },
        () => rule.AddressCidrs.Count > 0 ? rule with { AddressCidrs = [rule.AddressCidrs[0]] } : rule with { AddressCidrs = ["10.0.0.0/8"] },
        () => rule with { MaxMembers = Math.Min(rule.MaxMembers ?? int.MaxValue, generator.Pick([1, 2])) },
        () => rule with { Workloads = [.. rule.Workloads.Take(1)] },
        () => rule with { OnboardTo = [.. rule.OnboardTo.Select(g => g with { WorkloadGroupSelector = With(g.WorkloadGroupSelector) })] },
        () => rule with { Workloads = [.. rule.Workloads.Select(w => w.Jwt is { } jwt ? w with { Jwt = jwt with { Attributes = [.. jwt.Attributes, new AttributeMatcher { Name = "a" }] } } : w)] },
        () => rule with { Workloads = [.. rule.Workloads.Select(w => w.Aws is { Ec2: null, Ecs: null } aws ? w with { Aws = aws with { Ec2 = new Ec2Matcher() } } : w)] },
        () => rule.Labels.Count > 0 ? rule with { Labels = [rule.Labels[0]] } : rule with { Labels = [new LabelPermission { Key = "a" }] },
    ])();

    private static LabelSelector With(LabelSelector selector) => selector with
    {
        MatchExpressions = [.. selector.MatchExpressions, new LabelSelectorRequirement { Key = "a", Operator = "Exists" }],
    };
}
