using System.Text.Json;
using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Testing.Drivers;

/// <summary>One process of the app, as far as mails go.</summary>
internal sealed class MailProcess
{
    private readonly SendInvoiceEmailFunction _send;
    private readonly GiveUpInvoiceEmailFunction _giveUp;

    public MailProcess(InvoiceMailDriver driver, StorageFake storage, TimeProvider time)
    {
        Storage = storage;
        var options = Options.Create(new InvoicingOptions { OnUnknownDelivery = driver.OnUnknownDelivery, RetryDelays = driver.RetryDelays });
        var email = Options.Create(new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = driver.Smtp, Port = driver.MailServer.Port, UseTls = false } });
        var (store, queues, delays) = (driver.Store(storage), new InvoiceQueues(driver.Queues(storage), new CapabilityStates([], new ConfigurationBuilder().Build())), new RetryDelays(options));
        var ledger = new InvoiceMailLedger(store, time, NullLogger<InvoiceMailLedger>.Instance);
        var failedJobs = driver.FailedJobs(storage);
        var outcomes = new InvoiceMailOutcomes(
            store, ledger, queues, delays, failedJobs, options, time, NullLogger<InvoiceMailOutcomes>.Instance);
        _send = new SendInvoiceEmailFunction(store, ledger, outcomes, queues, delays, failedJobs, new Mailer(email, time), email, options, time);
        _giveUp = new GiveUpInvoiceEmailFunction(store, outcomes, queues, new PoisonMessages(failedJobs), time);
    }

    /// <summary>What it sends to storage.</summary>
    public StorageFake Storage { get; }

    /// <summary>Delivers a message.</summary>
    public Task SendAsync(InvoiceEmail? message = null, CancellationToken? cancellationToken = null) =>
        _send.RunAsync(message ?? new InvoiceEmail(InvoiceMailDriver.Month, "cus_1"), cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Delivers a message of the poison queue.</summary>
    public Task GiveUpAsync(InvoiceEmail? message = null) =>
        _giveUp.RunAsync(JsonSerializer.Serialize(message ?? new InvoiceEmail(InvoiceMailDriver.Month, "cus_1")), TestContext.Current.CancellationToken);

    /// <summary>Delivers a message to a process that may die over it.</summary>
    public Task SendOrDieAsync(InvoiceEmail? message = null) => Task.WhenAny(SendAsync(message), Storage.Frozen);
}
