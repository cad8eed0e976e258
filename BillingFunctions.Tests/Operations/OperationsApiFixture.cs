using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Operations;

/// <summary>One app for all tests of these routes; each has a queue of its own.</summary>
public sealed class OperationsApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    private StripeSimulator _stripe = null!;

    internal BillingApp App { get; private set; } = null!;

    internal FailedJobStore Store { get; private set; } = null!;

    internal QueueServiceClient Queues { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = await EndToEnd.BeginAsync(azurite);
        _stripe = await StripeFake.StartAsync(change: options => options with { Port = EndToEnd.StripePort });
        App = await EndToEnd.StartAsync(storage, _stripe);
        Store = new FailedJobStore(new TableServiceClient(storage), TimeProvider.System);
        Queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _stripe.DisposeAsync();
        EndToEnd.End();
    }
}

/// <summary>The classes that share the app.</summary>
[CollectionDefinition(nameof(OperationsApi))]
public sealed class OperationsApi : ICollectionFixture<OperationsApiFixture>;
