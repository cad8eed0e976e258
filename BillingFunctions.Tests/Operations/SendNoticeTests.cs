using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Operations.Notices;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Notices;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

public sealed class SendNoticeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    private ServiceProvider _services = null!;
    private NoticeReceiverFake _receiver = null!;
    private QueueClient _queue = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await NoticeReceiverFake.StartAsync();
        _services = await StartAsync(azurite.NewAccount(), $"whsec_{Convert.ToBase64String(Secret)}");
        _queue = _services.GetRequiredService<QueueServiceClient>().GetQueueClient(Notice.Queue);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Send_Taken_IsSignedAsStandardWebhooksHasIt()
    {
        await SendAsync(NoticeOf("exp_1.1"));

        var received = Assert.Single(_receiver.Received);
        Assert.Equal(("exp_1.1", Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), (received.Headers["webhook-id"], received.Headers["webhook-timestamp"]));
        var signed = Encoding.UTF8.GetBytes($"exp_1.1.{Now.ToUnixTimeSeconds()}.{received.Body}");
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Secret, signed))}", received.Headers["webhook-signature"]);
        Assert.Equal("""{"type":"export.completed","timestamp":"2026-11-01T00:00:00Z","data":{"rows":3,"name":"Ä"}}""", received.Body);
        Assert.Empty(await QueuedAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Send_NotTaken_IsTriedAgainAndThenAFailedJob(int status)
    {
        var notice = NoticeOf("exp_1.1");
        for (var attempt = 1; attempt <= 7; attempt++)
        {
            _receiver.Answer = status;
            await SendAsync(notice);
            Assert.Equal(attempt, _receiver.Received.Count);
            Assert.Equal(attempt < 7 ? 1 : 0, await CountAsync());
            await _queue.ClearMessagesAsync(Token);
            notice = notice with { Attempts = attempt };
        }

        var failed = Assert.Single(await _services.GetRequiredService<FailedJobStore>().ListAsync(Notice.Queue, null, 10, Token));
        Assert.Equal(("exp_1.1", 7), (failed.JobId, failed.Attempts));
        Assert.Contains($"{status}", failed.Error, StringComparison.Ordinal);
        Assert.Equal(0, JsonSerializer.Deserialize<Notice>(failed.Payload!)!.Attempts);
    }

    [Fact]
    public async Task Send_NobodyListens_IsTriedAgain()
    {
        await SendAsync(NoticeOf("exp_1.1") with { Url = "http://127.0.0.1:1/" });

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Send_NoSecretIsSet_AllInstancesSignWithTheOneThatIsMade()
    {
        var account = azurite.NewAccount();
        await using var first = await StartAsync(account, secret: null);
        await using var second = await StartAsync(account, secret: null);

        await first.GetRequiredService<SendNoticeFunctions>().SendAsync(NoticeOf("exp_1.1"), Token);
        await second.GetRequiredService<SendNoticeFunctions>().SendAsync(NoticeOf("exp_1.1"), Token);

        Assert.Single(_receiver.Received.Select(received => received.Headers["webhook-signature"]).Distinct());
        var secret = (await first.GetRequiredService<TableServiceClient>().GetTableClient(StoredSecret.Table).GetEntityAsync<TableEntity>("secrets", "notices", cancellationToken: Token)).Value;
        Assert.Equal(32, secret.GetBinary("Secret").Length);
    }

    [Theory]
    [InlineData("https://example.com/hooks?x=1", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("http://example.com/", false)]
    [InlineData("http://169.254.169.254/metadata", false)]
    [InlineData("https://user:secret@example.com/", false)]
    [InlineData("https://example.com/#part", false)]
    [InlineData("ftp://example.com/", false)]
    [InlineData("/hooks", false)]
    [InlineData("", false)]
    public void IsUrl_OnlyWhatIsSafe(string text, bool isAllowed) => Assert.Equal(isAllowed, Notice.IsUrl(text));

    [Theory]
    [InlineData("secret")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_not Base64, and long enough for a secret")]
    public void Validate_SecretNotAllowed_IsRefusedWithoutBeingShown(string secret)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Options(secret)).Message;

        Assert.Contains("Notices__Secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Length > 10 ? secret : "'", error, StringComparison.Ordinal);
    }

    private Notice NoticeOf(string id) => Notice.Create(id, _receiver.Url, "export.completed", Now, new { Rows = 3, Name = "Ä" });

    private Task SendAsync(Notice notice) => _services.GetRequiredService<SendNoticeFunctions>().SendAsync(notice, Token);

    private async Task<int> CountAsync() => (await _queue.GetPropertiesAsync(Token)).Value.ApproximateMessagesCount;

    private async Task<IReadOnlyList<string>> QueuedAsync() => [.. (await _queue.PeekMessagesAsync(32, Token)).Value.Select(message => message.MessageText)];

    private static NoticeOptions Options(string secret)
    {
        using var services = Services(secret).BuildServiceProvider();
        return services.GetRequiredService<IOptions<NoticeOptions>>().Value;
    }

    private static IServiceCollection Services(string? secret) => new ServiceCollection().AddNotices()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Notices:Secret", secret)]).Build())
        .AddSingleton<TimeProvider>(new FakeTimeProvider(Now));

    private static async Task<ServiceProvider> StartAsync(string account, string? secret)
    {
        var services = Services(secret).AddFailedJobs().AddSingleton<SendNoticeFunctions>()
            .AddSingleton(new TableServiceClient(account)).AddSingleton(new QueueServiceClient(account)).BuildServiceProvider();
        await services.GetRequiredService<QueueServiceClient>().GetQueueClient(Notice.Queue).CreateIfNotExistsAsync(cancellationToken: Token);
        foreach (var table in new[] { FailedJobStore.Table, StoredSecret.Table })
        {
            await services.GetRequiredService<TableServiceClient>().CreateTableIfNotExistsAsync(table, Token);
        }

        return services;
    }
}
