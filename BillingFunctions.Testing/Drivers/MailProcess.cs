using System.Text.Json;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Testing.Drivers;

/// <summary>One process of the app, as far as mails go.</summary>
internal sealed class MailProcess
{
    private readonly SendInvoiceEmailFunction _send;
    private readonly InvoicePoisonQueueFunctions _poison;

    public MailProcess(InvoiceMailDriver driver, StorageFake storage, TimeProvider time)
    {
        Storage = storage;
        var email = Options.Create(new EmailOptions { From = "billing@example.com", Smtp = new SmtpOptions { Host = driver.Smtp, Port = driver.MailServer.Port, UseTls = false } });
        var store = driver.Store(storage, time);
        _send = new SendInvoiceEmailFunction(store, new Mailer(email, ShadowMode.Off, time), email, time, NullLogger<SendInvoiceEmailFunction>.Instance);
        _poison = new InvoicePoisonQueueFunctions(store, new PoisonMessages(driver.FailedJobs(storage)));
    }

    /// <summary>What it sends to storage.</summary>
    public StorageFake Storage { get; }

    /// <summary>Delivers a message.</summary>
    public Task SendAsync(InvoiceEmail? message = null, CancellationToken? cancellationToken = null) =>
        _send.RunAsync(message ?? new InvoiceEmail(InvoiceMailDriver.Month, "cus_1"), cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Delivers a message of the poison queue.</summary>
    public Task GiveUpAsync(InvoiceEmail? message = null) =>
        _poison.OnEmailAsync(JsonSerializer.Serialize(message ?? new InvoiceEmail(InvoiceMailDriver.Month, "cus_1")), TestContext.Current.CancellationToken);

    /// <summary>Delivers a message to a process that may die over it.</summary>
    public Task SendOrDieAsync(InvoiceEmail? message = null) => Task.WhenAny(SendAsync(message), Storage.Frozen);
}
