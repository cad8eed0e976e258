using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.UsageBilling.Ledger;

public sealed class UsageLedgerTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Nobody's change is overtaken by another, and begun anew.</summary>
    [Fact]
    public async Task Change_ManyAtOnce_EachIsMadeUpOnce()
    {
        const int Changes = 20;
        await using var driver = await UsageSyncDriver.StartAsync(azurite.NewAccount());
        var invoice = await driver.AddInvoiceAsync();
        var made = 0;

        await Task.WhenAll(Enumerable.Range(0, Changes).Select(number => driver.Ledger.ChangeAsync(
            invoice.OrganizationId,
            async change =>
            {
                Interlocked.Increment(ref made);
                var stored = await change.FindInvoiceAsync(invoice, Token);
                change.Write(stored! with { Notes = [.. stored.Notes, $"{number}"] });
                return number;
            },
            Token)));

        Assert.Equal(Changes, made);
        Assert.Equal(Changes, (await driver.InvoiceAsync(invoice)).Notes.Count);
    }
}
