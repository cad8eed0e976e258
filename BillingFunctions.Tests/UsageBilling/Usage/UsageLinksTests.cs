using Azure.Data.Tables;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Usage;

namespace BillingFunctions.Tests.UsageBilling.Usage;

public sealed class UsageLinksTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = UsageBuilder.Time;

    private TableServiceClient _tables = null!;
    private string _token = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new TableServiceClient(azurite.NewAccount());
        await _tables.CreateTableAsync(OrganizationStore.Table, Token);
        _token = await new UsageLinks(_tables).SignAsync(UsageBuilder.OrganizationId, Now.AddMinutes(1), Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Read_OfAnotherInstance_OpensUntilItExpires()
    {
        var other = new UsageLinks(_tables);

        Assert.Equal(UsageBuilder.OrganizationId, await other.ReadAsync(_token, Now.AddSeconds(59), Token));
        Assert.Null(await other.ReadAsync(_token, Now.AddSeconds(60), Token));
    }

    [Fact]
    public async Task Read_Forged_DoesNotOpen()
    {
        var parts = _token.Split('.');
        var forged = new[]
        {
            $"{parts[0][..^1]}2.{parts[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}0.{parts[2]}", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{_token}A", $"{_token}.{parts[2]}", "", "..", "a.b.c",
            $"{parts[0]}.-1.{parts[2]}", $"{parts[0]}.99999999999999999999.{parts[2]}",
        };

        foreach (var token in forged)
        {
            Assert.Null(await new UsageLinks(_tables).ReadAsync(token, Now, Token));
        }
    }

    [Fact]
    public async Task Read_OfAnotherAccount_DoesNotOpen()
    {
        var others = new TableServiceClient(azurite.NewAccount());
        await others.CreateTableAsync(OrganizationStore.Table, Token);

        Assert.Null(await new UsageLinks(others).ReadAsync(_token, Now, Token));
    }
}
