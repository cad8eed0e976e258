using System.Diagnostics;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Webhooks.Reconciling;
using Stripe;
using File = System.IO.File;

namespace BillingFunctions.Tests.Infra;

/// <summary><c>infra/stripe-webhook.sh</c> against the simulated Stripe, with a vault that is a folder.</summary>
public sealed class StripeWebhookScriptTests : IAsyncLifetime
{
    private const string Address = "http://127.0.0.1:9/api/webhooks/stripe";
    private const string Key = "sk_test_of_the_script";

    /// <summary>Writes down its arguments, and keeps one secret beside itself.</summary>
    private const string Az = """
        #!/usr/bin/env bash
        here=$(dirname "$0")
        echo "az $*" >> "$here/calls"
        case "$1 $2 $3" in
          "keyvault secret set")
            [[ ! -f $here/refuses ]] || exit 1
            while [[ $1 != --file ]]; do shift; done
            cat "$2" > "$here/secret"
            ;;
          "keyvault secret show") cat "$here/secret"; echo ;;
          "functionapp show "*) echo /subscriptions/1/sites/app ;;
        esac
        """;

    /// <summary>Writes down its arguments, and does what curl does.</summary>
    private const string Curl = """
        #!/usr/bin/env bash
        echo "curl $*" >> "$(dirname "$0")/calls"
        PATH=${PATH#*:} exec curl "$@"
        """;

    private readonly TemporaryFolder _tools = new();
    private StripeSimulator _stripe = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Vault => File.ReadAllText(Path.Combine(_tools.Path, "secret"));

    private string Calls => File.ReadAllText(Path.Combine(_tools.Path, "calls"));

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        _stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { ApiKeys = [Key] }, Token);
        AddTool("az", Az);
        AddTool("curl", Curl);
    }

    [Fact]
    public async Task Create_NoEndpoint_MakesOneOfTheSdksVersionAndOurEvents()
    {
        await RunAsync("create");

        var endpoint = Assert.Single(await EndpointsAsync());
        Assert.Equal((Address, StripeConfiguration.ApiVersion), (endpoint.Url, endpoint.ApiVersion));
        Assert.Equal(StripeEventList.Types.Order(StringComparer.Ordinal), endpoint.EnabledEvents.Order(StringComparer.Ordinal));
        Assert.StartsWith("whsec_", Vault, StringComparison.Ordinal);
        Assert.Contains("/config/configreferences/appsettings/refresh", Calls, StringComparison.Ordinal);
        Assert.DoesNotContain(Vault, Calls, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_AndFinish_OverlapAndLeaveTheNewOne()
    {
        await RunAsync("create");
        var first = Vault;

        await RunAsync("rotate");
        var both = Vault.Split(',');
        var refused = await RunAsync("rotate", exitCode: 1);
        var duringRotation = await EndpointsAsync();
        await RunAsync("finish");
        var nothingLeft = await RunAsync("finish", exitCode: 1);

        Assert.Contains("There is nothing to finish", nothingLeft, StringComparison.Ordinal);
        Assert.Equal(2, duringRotation.Count);
        Assert.Equal((2, first), (both.Length, both[1]));
        Assert.Contains("a rotation is under way", refused, StringComparison.Ordinal);
        Assert.Equal(both[0], Vault);
        Assert.DoesNotContain(await EndpointsAsync(), endpoint => endpoint.Id == duringRotation.MinBy(one => (one.Created, one.Id))!.Id);
        Assert.Single(await EndpointsAsync());
    }

    /// <summary>Nobody could verify what an endpoint sends whose secret is nowhere.</summary>
    [Fact]
    public async Task Create_TheVaultRefuses_LeavesNoEndpoint()
    {
        _tools.Write("refuses", "");

        await RunAsync("create", exitCode: 1);

        Assert.Empty(await EndpointsAsync());
    }

    /// <summary>A list that is not known is not an empty one: a second endpoint would double each event.</summary>
    [Fact]
    public async Task Create_TheListIsNotToBeHad_MakesNothing()
    {
        await RunAsync("create");
        _stripe.Faults.ServerErrorRate = 1;

        var said = await RunAsync("create", exitCode: 1);
        _stripe.Faults.ServerErrorRate = 0;

        Assert.Contains("Stripe has not done it.", said, StringComparison.Ordinal);
        Assert.Single(await EndpointsAsync());
    }

    [Theory]
    [InlineData("create", "rk_test_of_somebody", "Invalid API Key")]
    [InlineData("rotate", Key, "There is no endpoint")]
    [InlineData("finish", Key, "There is no endpoint")]
    [InlineData("renew", Key, "Use: infra/stripe-webhook.sh")]
    [InlineData("create", "", "Set STRIPE_API_KEY")]
    public async Task Run_NotPossible_SaysWhy(string command, string key, string said) =>
        Assert.Contains(said, await RunAsync(command, exitCode: 1, key), StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await (_stripe?.DisposeAsync() ?? ValueTask.CompletedTask);
        _tools.Dispose();
    }

    private void AddTool(string name, string text)
    {
        var path = _tools.Write(name, text.ReplaceLineEndings("\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private async Task<IReadOnlyList<WebhookEndpoint>> EndpointsAsync() =>
        (await new StripeClient(new StripeClientOptions { ApiKey = Key, ApiBase = _stripe.BaseUrl }).V1.WebhookEndpoints.ListAsync(cancellationToken: Token)).Data;

    private async Task<string> RunAsync(string command, int exitCode = 0, string key = Key)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Bicep.Folder, "stripe-webhook.sh"), command, Address, "kv-test"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["PATH"] = $"{_tools.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["STRIPE_API_KEY"] = key,
                ["STRIPE_API_BASE"] = _stripe.BaseUrl,
                ["AZURE_FUNCTION_NAME"] = "func-test",
                ["AZURE_RESOURCE_GROUP"] = "rg-test",
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token) + await errors;
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == exitCode, output);
        return output;
    }
}
