using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Invoicing.Emails;

/// <summary>The app as it runs, with a mail server that is cut after the mail of <c>lost@…</c>, and hangs after that of <c>slow@…</c>.</summary>
public sealed class InvoiceMailAppFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    internal SmtpFake Smtp { get; private set; } = null!;

    internal MonthlyInvoiceStore Store { get; private set; } = null!;

    internal QueueClient Queue { get; private set; } = null!;

    /// <summary>What goes wrong in the next session.</summary>
    internal SmtpFault? Fault { get; set; }

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        Smtp = new SmtpFake(_ => Fault);
        Stripe = await StripeFake.StartAsync();
        App = await BillingApp.StartAsync(storage, Stripe, ("Email__Smtp__Port", $"{Smtp.Port}"), ("Invoicing__RetryDelays", "00:00:01"));
        var queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        Store = InvoiceStore.Create(new TableServiceClient(storage), queues, TimeProvider.System);
        Queue = queues.GetQueueClient(InvoiceEmail.Queue);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Stripe.DisposeAsync();
        Smtp.Dispose();
    }

    internal async Task AddAsync(string customerId, InvoiceStatus status = InvoiceStatus.Priced)
    {
        var invoice = InvoiceMailDriver.Invoice(customerId) with { Status = status, Amount = new Money(100, "usd"), Email = $"{customerId}@example.org" };
        Assert.True(await Store.TryWriteAsync([invoice], TestContext.Current.CancellationToken));
    }

    internal Task EnqueueAsync(string customerId) =>
        Queue.SendMessageAsync(JsonSerializer.Serialize(new InvoiceEmail(InvoiceMailDriver.Month, customerId)), TestContext.Current.CancellationToken);

    internal Task<MonthlyInvoice> UntilAsync(string customerId, InvoiceStatus status) => Poll.UntilAsync(
        async () => (await Store.FindAsync(InvoiceMailDriver.Month, customerId, TestContext.Current.CancellationToken))!, invoice => invoice.Status == status);

    internal int MailsTo(string customerId) => Smtp.Received.Count(mail => mail["To"].Contains($"{customerId}@example.org", StringComparison.Ordinal));
}

public sealed class InvoiceMailAppTests(InvoiceMailAppFixture fixture) : IClassFixture<InvoiceMailAppFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task App_MessageOnTheQueueSeveralTimes_SendsOneMail()
    {
        await fixture.AddAsync("cus_many");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.EnqueueAsync("cus_many")));
        await fixture.UntilAsync("cus_many", InvoiceStatus.Sent);

        Assert.Equal(1, fixture.MailsTo("cus_many"));
    }

    [Fact]
    public async Task App_KilledWhileTheServerHasTheMail_NeverSendsItAgain()
    {
        await fixture.AddAsync("cus_killed");
        fixture.Fault = SmtpFault.Hang(SmtpMoment.Dot) with { KeepsMail = true };
        await fixture.EnqueueAsync("cus_killed");
        await Poll.UntilAsync(() => Task.FromResult(fixture.MailsTo("cus_killed")), mails => mails == 1);

        await fixture.App.KillAsync();
        fixture.Fault = null;
        await fixture.App.StartAsync();
        await LeaveLeaseAsync("cus_killed");
        await fixture.EnqueueAsync("cus_killed");

        Assert.NotNull((await fixture.UntilAsync("cus_killed", InvoiceStatus.DeliveryUnknown)).Reason);
        Assert.Equal(1, fixture.MailsTo("cus_killed"));
    }

    [Fact]
    public async Task Resolve_Sent_IsSentAndCannotBeResolvedAgain()
    {
        await fixture.AddAsync("cus_confirmed", InvoiceStatus.DeliveryUnknown);

        using var first = await ResolveAsync("cus_confirmed", """{"outcome":"sent"}""");
        using var second = await ResolveAsync("cus_confirmed", """{"outcome":"resend"}""");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (first.StatusCode, second.StatusCode));
        Assert.Equal("sent", (await first.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("status").GetString());
        Assert.Contains("is sent", (await second.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.NotNull((await fixture.UntilAsync("cus_confirmed", InvoiceStatus.Sent)).SentAt);
        Assert.Equal(0, fixture.MailsTo("cus_confirmed"));
    }

    [Fact]
    public async Task Resolve_ResendManyTimesAtOnce_SendsOneMail()
    {
        await fixture.AddAsync("cus_resent", InvoiceStatus.DeliveryUnknown);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ResolveAsync("cus_resent", """{"outcome":"resend"}""")));
        await fixture.UntilAsync("cus_resent", InvoiceStatus.Sent);

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(5, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(1, fixture.MailsTo("cus_resent"));
        Assert.All(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("""{"outcome":"lost"}""", "outcome")]
    [InlineData("""{"outcome":"Sent"}""", "outcome")]
    [InlineData("""{"outcome":1}""", "outcome")]
    [InlineData("{}", "outcome")]
    [InlineData("""{"outcome":"sent","force":true}""", "force")]
    [InlineData("not json", "body")]
    [InlineData("", "body")]
    public async Task Resolve_BadBody_NamesTheField(string body, string field)
    {
        using var answer = await ResolveAsync("cus_1", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("2026-13", "cus_1", HttpStatusCode.BadRequest)]
    [InlineData("2026-10", "cus_nobody", HttpStatusCode.NotFound)]
    [InlineData("2026-10", "a%23b", HttpStatusCode.NotFound)]
    public async Task Resolve_NoSuchInvoice_IsRefused(string month, string customer, HttpStatusCode expected)
    {
        using var answer = await ResolveAsync(customer, """{"outcome":"sent"}""", month);

        Assert.Equal(expected, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> ResolveAsync(string customerId, string body, string month = InvoiceMailDriver.Month)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await fixture.App.Http.PostAsync(new Uri($"api/invoicing/{month}/invoices/{customerId}/resolve", UriKind.Relative), content, Token);
    }

    /// <summary>Instead of waiting 90 s.</summary>
    private async Task LeaveLeaseAsync(string customerId)
    {
        var sending = await fixture.UntilAsync(customerId, InvoiceStatus.Sending);
        Assert.NotNull((await fixture.Store.WriteAsync(sending with { SendingSince = sending.SendingSince - MonthlyInvoice.SendingLease })).Written);
    }
}
