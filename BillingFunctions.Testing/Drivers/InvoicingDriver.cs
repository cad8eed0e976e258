using System.Net;
using System.Net.Http.Json;
using System.Net.Mail;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Testing.Drivers;

/// <summary>Plays a bookkeeper: the app with customers, an amount API and a mail server of its own.</summary>
internal sealed class InvoicingDriver : IAsyncDisposable
{
    private readonly string _storage;

    private InvoicingDriver(string storage, StripeSimulator stripe, AmountSimulator amounts, BillingApp app, SmtpFake smtp) =>
        (_storage, Stripe, Amounts, App, Smtp) = (storage, stripe, amounts, app, smtp);

    /// <summary>The month before this one.</summary>
    public static string Month { get; } = BillingMonth.From(TimeProvider.System.GetUtcNow()).Previous.ToString();

    public BillingApp App { get; }

    public StripeSimulator Stripe { get; }

    public AmountSimulator Amounts { get; }

    public SmtpFake Smtp { get; }

    public InvoicingRuns Runs => new(new TableServiceClient(_storage), TimeProvider.System);

    public static Task<InvoicingDriver> StartAsync(string storage, AmountSimulatorOptions amounts, params (string Name, string Value)[] settings) =>
        StartAsync(storage, amounts, faultOf: null, settings);

    public static Task<InvoicingDriver> StartAsync(
        string storage, AmountSimulatorOptions amounts, Func<int, SmtpFault?>? faultOf, params (string Name, string Value)[] settings) =>
        StartAsync(storage, amounts, faultOf, stripeCustomers: 0, settings);

    public static async Task<InvoicingDriver> StartAsync(
        string storage, AmountSimulatorOptions amounts, Func<int, SmtpFault?>? faultOf, int stripeCustomers, params (string Name, string Value)[] settings)
    {
        var stripe = await StripeFake.StartAsync(stripeCustomers);
        var simulator = await AmountSimulator.StartAsync(amounts, CancellationToken.None);
        var smtp = new SmtpFake(faultOf);
        var app = await BillingApp.StartAsync(storage, stripe,
        [
            ("Amounts__BaseUrl", simulator.BaseUrl),
            ("Amounts__RateLimit", "1000/1"),
            ("Email__Smtp__Port", $"{smtp.Port}"),
            ("Invoicing__RetryDelays", "00:00:01,00:00:01,00:00:02,00:00:02,00:00:03"),
            .. settings,
        ]);
        return new InvoicingDriver(storage, stripe, simulator, app, smtp);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Amounts.DisposeAsync();
        await Stripe.DisposeAsync();
        Smtp.Dispose();
    }

    /// <summary>Stores customers as the month's upload does.</summary>
    public Task SeedAsync(IEnumerable<BilledCustomer> customers) => InvoicingJobsDriver.SeedAsync(new TableServiceClient(_storage), customers);

    public IReadOnlyList<BilledCustomer> Customers(int count) => InvoicingJobsDriver.Customers(count, Amounts, TimeProvider.System.GetUtcNow());

    /// <summary>Starts a run, or meets the one that is under way.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartRunAsync()
    {
        using var response = await App.Http.PostAsync($"api/invoicing/{Month}/runs", null);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        Assert.Equal($"/api/invoicing/{Month}", response.Headers.Location?.ToString());
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    public Task<JsonElement> ReportAsync() => App.Http.GetFromJsonAsync<JsonElement>($"api/invoicing/{Month}");

    /// <summary>Waits until the month's run has ended, however.</summary>
    public async Task<JsonElement> EndAsync(TimeSpan? timeout = null)
    {
        try
        {
            return await Poll.UntilAsync(ReportAsync, report => StatusOf(report) is "completed" or "completed_with_failures" or "failed", timeout);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{App.Output}", late);
        }
    }

    /// <summary>Calls a hook.</summary>
    /// <returns>How many it queued.</returns>
    public async Task<int> RetryAsync(string hook)
    {
        using var response = await App.Http.PostAsync($"api/invoicing/{Month}/{hook}", null);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("enqueued").GetInt32();
    }

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> DownloadAsync() =>
        DownloadedCsv.Read(await App.Http.GetByteArrayAsync($"api/invoicing/{Month}/report.csv")).Records();

    /// <summary>Puts a message on a queue, as if one were delivered twice.</summary>
    public async Task SendAsync<T>(string queue, T message) =>
        await new QueueClient(_storage, queue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }).SendMessageAsync(JsonSerializer.Serialize(message));

    /// <summary>How many messages wait in a queue, hidden ones included.</summary>
    public async Task<int> DepthAsync(string queue) => (await new QueueClient(_storage, queue).GetPropertiesAsync()).Value.ApproximateMessagesCount;

    public static string StatusOf(JsonElement report) => report.GetProperty("status").GetString()!;

    public static int CountOf(JsonElement report, string status) =>
        report.GetProperty("statuses").EnumerateArray().Single(total => total.GetProperty("status").GetString() == status).GetProperty("count").GetInt32();

    /// <summary>The sums that a report shows, by currency.</summary>
    public static IReadOnlyDictionary<string, long> SumsOf(JsonElement report) =>
        report.GetProperty("currencies").EnumerateArray().ToDictionary(sum => sum.GetProperty("currency").GetString()!, sum => sum.GetProperty("amount").GetInt64());

    /// <summary>The sums that the amount API would bill these customers.</summary>
    public IReadOnlyDictionary<string, long> Expected(IEnumerable<BilledCustomer> customers) => customers
        .Select(customer => Amounts.AmountOf(customer.Id, Month)).Where(due => due.IsCharged)
        .GroupBy(due => due.Currency).ToDictionary(group => group.Key, group => group.Sum(due => due.Amount!.Value));

    /// <summary>The addresses that mails went to, each as often as one came.</summary>
    public IReadOnlyList<string> Recipients() => [.. Smtp.Received.Select(mail => new MailAddress(mail["To"]).Address)];
}
