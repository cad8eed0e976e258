using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using BillingFunctions.LocalHost.Services.Processes;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Architecture;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Tests.Platform.OpenApi;

/// <summary>The document by itself; <see cref="ApiGuideTests"/> holds it against what the app answers.</summary>
public sealed class ApiDocumentTests
{
    private static readonly Lazy<Task<string>> Json = new(ReadAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_Always_IsOpenApi31WithoutAnythingForTheLinterToSay()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "openapi.json");
        await File.WriteAllTextAsync(file, await Json.Value, Token);

        var report = await LintAsync(file);

        Assert.True(report["totals"] is { } totals && (int)totals["errors"]! + (int)totals["warnings"]! == 0, report["problems"]!.ToJsonString());
    }

    [Fact]
    public async Task Document_Functions_DescribesEachRouteThatIsNoAlias()
    {
        var contract = new ApiContract(await Json.Value);

        var expected = HttpFunctions.Where(function => function.Method.GetCustomAttribute<AliasOfAttribute>() is null).SelectMany(function => function.Trigger.Methods!.Select(verb => $"{verb.ToUpperInvariant()} /{function.Trigger.Route}"));
        Assert.StartsWith("3.1", (string)contract.Document["openapi"]!, StringComparison.Ordinal);
        Assert.Equal(expected.Order(StringComparer.Ordinal), contract.Operations.Select(operation => operation.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_Aliases_AreNamedWhereTheOtherNameIsDescribed()
    {
        var contract = new ApiContract(await Json.Value);

        Assert.All(HttpFunctions.Where(function => function.Method.GetCustomAttribute<AliasOfAttribute>() is not null), alias =>
        {
            var original = HttpFunctions.Single(function =>
                function.Method.DeclaringType == alias.Method.DeclaringType && function.Method.Name == alias.Method.GetCustomAttribute<AliasOfAttribute>()!.Method);
            Assert.Equal(original.Trigger.Methods, alias.Trigger.Methods);
            Assert.Equal(original.Trigger.AuthLevel, alias.Trigger.AuthLevel);
            var described = contract.Operations.Where(operation => operation.Path == $"/{original.Trigger.Route}" && original.Trigger.Methods!.Contains(operation.Method, StringComparer.OrdinalIgnoreCase));
            Assert.All(described, operation => Assert.Contains($"`/{alias.Trigger.Route}`", (string?)operation.Node["description"], StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Document_Functions_DemandAKeyWhereTheHostDoes()
    {
        var contract = new ApiContract(await Json.Value);

        Assert.All(contract.Operations, operation =>
        {
            var isKeyed = HttpFunctions.Single(function => $"/{function.Trigger.Route}" == operation.Path && function.Trigger.Methods!.Contains(operation.Method, StringComparer.OrdinalIgnoreCase))
                .Trigger.AuthLevel == AuthorizationLevel.Function;
            Assert.Equal(isKeyed, operation.Node["security"]!.ToJsonString().Contains("function_key", StringComparison.Ordinal));
            Assert.Equal(isKeyed, operation.Node["responses"]!.AsObject().ContainsKey("401"));
        });
    }

    [Fact]
    public async Task Document_EverythingThatHasAName_IsDescribed()
    {
        var contract = new ApiContract(await Json.Value);

        var operations = contract.Operations.Where(operation => operation.Node["summary"] is null).Select(operation => operation.ToString());
        var parameters = contract.Operations.SelectMany(operation => operation.Parameters.Where(parameter => parameter["description"] is null).Select(parameter => $"{operation} {parameter["name"]}"));
        var schemas = contract.Schemas.Where(schema => schema.Value["enum"] is null && schema.Value["description"] is null).Select(schema => schema.Key);
        // Of a field that is null or has a schema of its own, the package puts the text beside the reference, and leaves it out for structs and enums.
        var fields = contract.Schemas.SelectMany(schema => schema.Value["properties"]?.AsObject().Where(field => field.Value!["description"] is null && field.Value["oneOf"] is null).Select(field => $"{schema.Key}.{field.Key}") ?? []);
        Assert.Empty(operations.Concat(parameters).Concat(schemas).Concat(fields));
    }

    [Fact]
    public async Task Document_Samples_AreAsTheirSchemasSay()
    {
        var contract = new ApiContract(await Json.Value);

        var fields = contract.Schemas.SelectMany(schema => schema.Value["properties"]?.AsObject().Select(field => field.Value!) ?? []).Where(field => field["examples"] is not null)
            .Select(field => (Schema: field, Sample: field["examples"]![0]!));
        var parameters = contract.Operations.SelectMany(operation => operation.Parameters).Where(parameter => parameter["example"] is not null)
            .Select(parameter => (Schema: parameter["schema"]!, Sample: parameter["example"]!));
        var samples = fields.Concat(parameters).ToList();
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.Empty(contract.ErrorsOf(sample.Schema, sample.Sample.ToJsonString())));
    }

    /// <summary>All but web pages.</summary>
    internal static IReadOnlyList<(MethodInfo Method, HttpTriggerAttribute Trigger)> HttpFunctions { get; } =
    [
        .. typeof(ApiDocument).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FunctionAttribute)) && !method.IsDefined(typeof(ExcludeFromDescriptionAttribute)))
            .SelectMany(method => method.GetParameters().Select(parameter => (Method: method, Trigger: parameter.GetCustomAttribute<HttpTriggerAttribute>()!))).Where(function => function.Trigger is not null),
    ];

    private static async Task<string> ReadAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddLogging().AddRouting().AddApiDescription();
        using var host = builder.Build();
        return await host.Services.GetRequiredService<ApiDocument>().ReadAsync(CancellationToken.None);
    }

    /// <summary>Runs the linter, which asks no other host for anything: no telemetry, no look for newer versions.</summary>
    private static async Task<JsonNode> LintAsync(string file)
    {
        var linter = NodeTools.PathOf(Path.Combine("@redocly", "cli"), Path.Combine("bin", "cli.js"));
        Assert.True(File.Exists(linter), "The linter is not installed. Run npm ci.");
        var start = new ProcessStartInfo("node", [linter, "lint", file, "--config", Path.Combine(Repository.Root, "redocly.yaml"), "--format=json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(file)!,
        };
        (start.Environment["REDOCLY_TELEMETRY"], start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"]) = ("off", "true");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (await output).StartsWith('{') ? JsonNode.Parse(await output)! : throw new InvalidOperationException($"The linter broke down: {await errors}");
    }
}
