using System.Text.RegularExpressions;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Architecture;
using YamlDotNet.RepresentationModel;

namespace BillingFunctions.Tests.Infra;

/// <summary>The files that only a server of others reads, where a mistake would be noticed too late.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Files => [.. new[] { "azure.yaml", ".github/dependabot.yml", ".github/workflows/build.yml", ".github/workflows/deploy.yml" }];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_IsYaml(string file) => Assert.IsType<YamlMappingNode>(Read(file));

    /// <summary>A tag can be moved to other code by whoever owns the action.</summary>
    [Theory]
    [InlineData("build")]
    [InlineData("deploy")]
    public void Actions_AllOfOthers_ArePinnedToACommit(string workflow)
    {
        var used = Scalars(Read($".github/workflows/{workflow}.yml")).Where(pair => pair.Name == "uses" && !pair.Value.StartsWith("./", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(used);
        Assert.All(used, pair => Assert.Matches(Pinned(), pair.Value));
    }

    [Fact]
    public void Deploy_HoldsNoSecret_AndGivesAllParameters()
    {
        var parameters = Variable().Matches(File.ReadAllText(Path.Combine(Bicep.Folder, "main.parameters.json"))).Select(match => match.Groups["name"].Value);
        var deploy = Scalars(Read(".github/workflows/deploy.yml")).ToList();

        Assert.DoesNotContain(deploy, pair => pair.Value.Contains("secrets.", StringComparison.Ordinal));
        Assert.Subset(deploy.Select(pair => pair.Name).ToHashSet(), parameters.Where(name => name != "AZURE_PRINCIPAL_ID").ToHashSet());
    }

    /// <summary>The settings that the tests expect of an app that they did not start.</summary>
    [Fact]
    public void Build_EndToEnd_SetsWhatTheTestsExpect()
    {
        var settings = Scalars(Read(".github/workflows/build.yml")).ToList();

        Assert.All(
            [("Stripe__ApiKey", "sk_test_billing_functions"), ("Stripe__RateLimit", "1000/1"), ("Email__From", "billing@example.com"), .. BillingApp.ImpatientQueues],
            ((string Name, string Value) setting) => Assert.Contains(setting, settings));
    }

    private static YamlNode Read(string file)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(Path.Combine(Repository.Root, file));
        yaml.Load(text);
        return Assert.Single(yaml.Documents).RootNode;
    }

    private static IEnumerable<(string Name, string Value)> Scalars(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.SelectMany(child => child.Value is YamlScalarNode value ? [($"{child.Key}", value.Value ?? "")] : Scalars(child.Value)),
        YamlSequenceNode sequence => sequence.Children.SelectMany(Scalars),
        _ => [],
    };

    [GeneratedRegex("^[^@]+@[0-9a-f]{40}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pinned();

    [GeneratedRegex(@"\$\{(?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
