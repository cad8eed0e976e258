using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BillingFunctions.Exports;
using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BillingFunctions.Tests.Exports.Stretches;

public sealed class FetchStretchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Customers = 1_050;

    private readonly ExportPlan _plan = new(
        RunId.New<ExportRun>(TimeProvider.System.GetUtcNow()), "exports", "a.csv", ["id"], 0, 4_000_000_000, false, FormulaHandling.Escape, null);

    private StripeSimulator _stripe = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StretchProgressStore Progress => new(_services.GetRequiredService<TableServiceClient>());

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeFake.StartAsync(Customers);
        var settings = new Dictionary<string, string?>
        {
            ["BillingStorage"] = azurite.NewAccount(),
            ["Stripe:ApiKey"] = "sk_test_stretch",
            ["Stripe:ApiBase"] = _stripe.BaseUrl,
            ["Stripe:RateLimit"] = "1000/1",
            ["Stripe:EndpointRateLimit"] = "1000/1",
        };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = services.AddStorage().AddStripe().BuildServiceProvider();
        await _services.GetRequiredService<TableServiceClient>().CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        await _services.GetRequiredService<TableServiceClient>().CreateTableIfNotExistsAsync(RunTable.Name, Token);
        await _services.GetRequiredService<BlobServiceClient>().CreateBlobContainerAsync("exports", cancellationToken: Token);
        await Progress.OpenAsync(_plan.RunId, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    [Fact]
    public async Task Run_WholeRange_SaysThatItIsDone()
    {
        var fetched = await FetchAsync(Stretch());

        Assert.Equal((StretchEnd.RangeDone, 11, (long)Customers), (fetched.End, fetched.Pages, fetched.Rows));
    }

    /// <summary>What two attempts find may differ: the file must hold what the answer that was taken describes, and go on from its cursor.</summary>
    [Fact]
    public async Task Run_TwiceWithACustomerDeletedBetween_FileHasEachOfTheTakenAttemptOnce()
    {
        var expected = await _stripe.Customers().IdsAsync();
        var taken = await FetchAsync(Stretch() with { MaxPages = 3 });
        await _stripe.Customers().DeleteAsync(expected[120], cancellationToken: Token);
        await FetchAsync(Stretch() with { MaxPages = 4 });

        var rest = await FetchAsync(Stretch() with { Page = taken.Pages, Cursor = taken.LastId });

        Assert.Equal(expected, await PublishedAsync(taken, rest));
    }

    [Fact]
    public async Task Run_TimeIsUp_PausesWithWhatItHas()
    {
        var fetched = await FetchAsync(Stretch(), new SteppingTime(TimeSpan.FromSeconds(3)));

        Assert.Equal(StretchEnd.Paused, fetched.End);
        Assert.InRange(fetched.Pages, 1, 8);
    }

    [Fact]
    public async Task Run_EverySecond_ReportsItsProgress()
    {
        var fetched = await FetchAsync(Stretch() with { Page = 7, Slot = 3, MaxPages = 2 }, new SteppingTime(TimeSpan.FromSeconds(1)));

        var report = Assert.Single(await Progress.ReadAsync(_plan.RunId, Token));
        Assert.Equal((new StretchInFlight(1, 7), fetched.Rows, fetched.Pages, fetched.LastId), (report.Stretch, report.Rows, report.Pages, report.Cursor));
    }

    [Fact]
    public async Task Run_RunHasEnded_StopsWithinASecond()
    {
        await Progress.CloseAsync(_plan.RunId, Token);

        var fetched = await FetchAsync(Stretch(), new SteppingTime(TimeSpan.FromSeconds(1)));

        Assert.Equal((StretchEnd.Paused, 1), (fetched.End, fetched.Pages));
    }

    [Fact]
    public async Task Run_KeyIsRefusedOnTheWay_KeepsWhatItHas()
    {
        var fetched = await FetchAsync(Stretch(), new SteppingTime(TimeSpan.Zero, at: 8, () => _stripe.Keys.Accepted = ["sk_test_another"]));

        Assert.Equal(StretchEnd.Refused, fetched.End);
        Assert.InRange(fetched.Pages, 1, 10);
        Assert.Contains("401", fetched.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HostStops_KeepsWhatItHas()
    {
        using var stop = new CancellationTokenSource();

        var fetched = await FetchAsync(Stretch(), new SteppingTime(TimeSpan.Zero, at: 8, stop.Cancel), stop.Token);

        Assert.Equal(StretchEnd.Paused, fetched.End);
        Assert.InRange(fetched.Pages, 1, 10);
    }

    [Fact]
    public async Task Run_FirstPageFails_ThrowsSoThatItIsRetried()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(Stretch(), TimeProvider.System, stop.Token));
    }

    private FetchStretch Stretch() => new(_plan, 1, 0, _plan.From, _plan.To, null) { MaxPages = 100 };

    private async Task<StretchFetched> FetchAsync(FetchStretch stretch, TimeProvider? time = null, CancellationToken? token = null)
    {
        var activity = new FetchStretchActivity(
            _services.GetRequiredService<StripeClients>(), _services.GetRequiredService<BlobServiceClient>(), Progress, time ?? TimeProvider.System, NullLogger<FetchStretchActivity>.Instance);
        return (await activity.RunAsync(stretch, token ?? Token)).Result;
    }

    /// <summary>The ids in the file that is made of these stretches.</summary>
    private async Task<IEnumerable<string>> PublishedAsync(params StretchFetched[] stretches)
    {
        var blobs = _services.GetRequiredService<BlobServiceClient>();
        var range = new ExportRange(1, _plan.From, _plan.To) { Stretches = [.. stretches.Select(stretch => new StagedStretch(stretch.Attempt, stretch.Pages))] };
        await new ExportPublisher(blobs, TimeProvider.System).PublishAsync(ExportEnd.Complete(new ExportState(_plan) { Ranges = [range] }), Token);
        var file = await blobs.GetBlobContainerClient(_plan.Container).GetBlobClient(_plan.BlobName).DownloadContentAsync(Token);
        return Encoding.UTF8.GetString(file.Value.Content).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1);
    }

    /// <summary>Goes on by a step each time that it is read, and does something at one of them.</summary>
    private sealed class SteppingTime(TimeSpan step, int at = 0, Action? then = null) : TimeProvider
    {
        private int _steps;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            if (++_steps == at)
            {
                then?.Invoke();
            }

            return _steps * step.Ticks;
        }
    }
}
