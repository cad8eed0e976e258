using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Insight.Proofs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Proving;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Insight.Proofs;

public sealed class MakeProofTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly PartFake _first = new("first");
    private readonly PartFake _second = new("second") { Faults = 1 };
    private TableServiceClient _tables = null!;
    private QueueServiceClient _queues = null!;
    private RunStore<MonthProof> _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var storage = azurite.NewAccount();
        (_tables, _queues) = (new TableServiceClient(storage), new QueueServiceClient(storage));
        _store = new RunStore<MonthProof>(_tables);
        await _tables.CreateTableIfNotExistsAsync("Runs", Token);
        await _queues.GetQueueClient(MonthProofs.Queue).CreateIfNotExistsAsync(cancellationToken: Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Run_ThatBrokeDownAndComesAgain_GoesOnWithThePartThatIsMissing()
    {
        var id = await AskAsync();
        var make = Make();

        await Assert.ThrowsAsync<InvalidOperationException>(() => make.RunAsync(id, Token));
        Assert.Equal((MonthProofStatus.Running, 1), await _store.FindAsync(id, Token) is { } half ? (half.Status, half.Parts) : default);
        await make.RunAsync(id, Token);
        await make.RunAsync(id, Token);

        var proof = await _store.FindAsync(id, Token);
        Assert.Equal((MonthProofStatus.Completed, "first,second"), (proof!.Status, string.Join(',', proof.Lines.Select(line => line.Name))));
        Assert.NotNull(proof.Sha256);
        Assert.Equal((1, 2), (_first.Asked, _second.Asked));
    }

    [Fact]
    public async Task Run_OvertakenByAnother_StopsAndChangesNothing()
    {
        var id = await AskAsync();
        _second.Faults = 0;
        _first.Meanwhile = () => Make(new PartFake("first"), _second).RunAsync(id, Token);

        await Make().RunAsync(id, Token);

        var proof = await _store.FindAsync(id, Token);
        Assert.Equal((MonthProofStatus.Completed, 2, 1), (proof!.Status, proof.Lines.Count, _second.Asked));
    }

    [Fact]
    public async Task Sweep_ProofWhoseMessageWasLost_QueuesItAgain()
    {
        var id = await AskAsync();
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(1, await new ProofSweeper(_store, new MonthProofs(_store, _queues, _time), _time).SweepAsync(Token));

        Assert.Equal(id, (await _queues.GetQueueClient(MonthProofs.Queue).ReceiveMessageAsync(cancellationToken: Token)).Value.MessageText);
    }

    /// <summary>As a request leaves it that was cut off before its message was sent.</summary>
    private async Task<string> AskAsync()
    {
        var now = _time.GetUtcNow();
        var proof = new MonthProof { Id = RunId.New<MonthProof>(now), Month = "2026-10", RequestedBy = "test", StartedAt = now };
        await _store.SaveAsync(proof, Token);
        return proof.Id;
    }

    private MakeProofFunctions Make() => Make(_first, _second);

    private MakeProofFunctions Make(params PartFake[] parts)
    {
        var services = new ServiceCollection();
        foreach (var part in parts)
        {
            services.AddSingleton<IProofSource>(part);
        }

        return new MakeProofFunctions(_store, new MonthProver(services.BuildServiceProvider()), new PoisonMessages(new FailedJobStore(_tables, _time)), _time);
    }

    private sealed class PartFake(string name) : IProofSource
    {
        /// <summary>How often it breaks down.</summary>
        public int Faults { get; set; }

        /// <summary>What happens while it is asked.</summary>
        public Func<Task>? Meanwhile { get; set; }

        public int Asked { get; private set; }

        public async Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken)
        {
            Asked++;
            if (Faults-- > 0)
            {
                throw new InvalidOperationException("Broken down.");
            }

            await (Meanwhile?.Invoke() ?? Task.CompletedTask);
            return [new ProofTally(name, "It is so.", "these", "those").ToLine()];
        }
    }
}
