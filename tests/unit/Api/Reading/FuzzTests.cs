using System.Text;
using Onboarding.Api;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Reading;

public class FuzzTests
{
    private const int Rounds = 4_000;

    private static readonly string[] Seeds =
    [
        TestDocuments.OnboardingHead + "onboardingEndpoint: {host: h, port: 1}\nworkloadGroup: &g\n  namespace: n\n  name: 'g'\nworkload: {labels: {a: \"b\\u0041\"}} # c\n",
        """{"apiVersion": "config.agent.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingConfiguration", "a": [1, -2.5e3, true, null, {"b": "\ud83d\ude00"}]}""",
        "a: &x {<<: *x, b: [*x, !!str 5, |\n  x\n, >-\n  y\n]}\n---\n? k\n: v\n...\n%YAML 1.2\n---\n- - - a\n",
        TestDocuments.PolicyHead + "spec:\n  allow:\n  - workloads:\n    - jwt: {issuer: https://i, attributes: [{name: r, values: [c]}]}\n    onboardTo:\n    - workloadGroupSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}\n",
    ];

    private static readonly string[] Pieces =
        ["{", "}", "[", "]", ":", ": ", "- ", "\n", "\t", "\"", "'", "\\", "&a ", "*a ", "<<: ", "!!", "!<", "%", "|", ">", "#", "? ", "---\n", "...\n", "\0", "\u0085", "\u2028", "\ufeff", "0x", "1e9", ",", "  "];

    [Fact]
    public void No_bytes_make_reading_throw()
    {
        Random random = new(20_261_122);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = (round % 3) switch
            {
                0 => RandomBytes(random),
                1 => Mutated(random),
                _ => RandomPieces(random),
            };

            Check(ResourceReader.Read(ResourceKinds.OnboardingConfiguration, bytes).Problems, bytes);
            Check(ResourceReader.Read(ResourceKinds.OnboardingPolicy, bytes).Problems, bytes);
            ResourceReader.ReadManifest(bytes);
        }
    }

    private static void Check(IReadOnlyList<Problem> problems, byte[] bytes)
    {
        string document = Convert.ToHexString(bytes);
        problems.ShouldNotBeEmpty(document);
        problems.ShouldAllBe(problem => problem.Line > 0 && problem.Column > 0, document);
        problems.Select(problem => (problem.Line, problem.Column)).ShouldBeInOrder(SortDirection.Ascending, document);
        problems.ShouldAllBe(problem => !problem.ToString().Any(char.IsControl), document);
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(64)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Mutated(Random random)
    {
        StringBuilder text = new(Seeds[random.Next(Seeds.Length)]);
        // The first change makes the document one that no kind accepts.
        text.Insert(random.Next(text.Length), Pieces[random.Next(Pieces.Length)]).Insert(0, "zz: 1\n");
        for (int change = random.Next(6); change > 0; change--)
        {
            int at = random.Next(text.Length);
            _ = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 20), text.Length - at))),
            };
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] RandomPieces(Random random)
    {
        StringBuilder text = new();
        for (int piece = random.Next(40); piece > 0; piece--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
            if (random.Next(3) == 0)
            {
                text.Append((char)random.Next('a', 'f'));
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
