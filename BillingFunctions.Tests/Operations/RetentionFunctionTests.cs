using System.ComponentModel.DataAnnotations;
using BillingFunctions.Operations;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

public sealed class RetentionFunctionTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OneFailsAndOneHangs_TheOthersRemove()
    {
        var last = new Removal(_ => Task.FromResult(1));
        var removing = RunAsync(new Removal(_ => throw new IOException("no")), new Removal(HangAsync), last);

        Assert.False(removing.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(4));

        await removing.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(1, last.Calls);
    }

    [Theory]
    [InlineData("WebhookEvents", 34, "35 to 36500")]
    [InlineData("Runs", 0, "1 to 36500")]
    [InlineData("IdempotencyKeys", -1, "1 to 36500")]
    [InlineData("Audit", 36_501, "1 to 36500")]
    public void Validate_DaysNotAllowed_NamesTheSettingAndWhatIs(string setting, int days, string allowed)
    {
        var options = new RetentionOptions();
        typeof(RetentionOptions).GetProperty(setting)!.SetValue(options, days);

        var error = Assert.Single(options.Validate(new ValidationContext(options))).ErrorMessage!;

        Assert.StartsWith($"Retention__{setting} is {days};", error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    private Task RunAsync(params IRetention[] retentions)
    {
        var capabilities = new CapabilityStates([], new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BillingStorage", (string?)"x")]).Build());
        return new RetentionFunction(retentions, capabilities, _time, NullLogger<RetentionFunction>.Instance).RunAsync(new TimerInfo(), Token);
    }

    private async Task<int> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        return 0;
    }

    private sealed class Removal(Func<CancellationToken, Task<int>> remove) : IRetention
    {
        public string Name => "things";

        public int Calls { get; private set; }

        public Task<int> RemoveAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return remove(cancellationToken);
        }
    }
}
