using Azure;
using Azure.Core;
using Azure.Storage;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Local.Storage.Queues;

public sealed class QueuesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _account = azurite.NewAccount();

    private QueueClient Queue => new(_account, "work");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Queue.CreateIfNotExistsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task CreateIfNotExistsAsync_Twice_IsNullTheSecondTime()
    {
        var other = new QueueServiceClient(_account).GetQueueClient("new");

        Assert.False(await other.ExistsAsync(Cancellation));
        Assert.NotNull(await other.CreateIfNotExistsAsync(cancellationToken: Cancellation));
        Assert.Null(await other.CreateIfNotExistsAsync(cancellationToken: Cancellation));
        Assert.True(await other.ExistsAsync(Cancellation));
        Assert.True(await other.DeleteIfExistsAsync(Cancellation));
        Assert.False(await other.DeleteIfExistsAsync(Cancellation));
    }

    [Theory]
    [InlineData(QueueMessageEncoding.None)]
    [InlineData(QueueMessageEncoding.Base64)]
    public async Task SendMessageAsync_AnyText_IsReceivedAsSent(QueueMessageEncoding encoding)
    {
        const string Text = "  {\"a\": \"<&>'\\\" é € 😀\",\n\t\"b\": 1}  ";
        var queue = new QueueClient(_account, "work", new QueueClientOptions { MessageEncoding = encoding });

        var sent = await queue.SendMessageAsync(Text, Cancellation);
        var received = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;

        Assert.NotNull(received);
        Assert.Equal((sent.Value.MessageId, Text, Text, 1), (received.MessageId, received.Body.ToString(), received.MessageText, received.DequeueCount));
        Assert.Equal(sent.Value.InsertionTime, received.InsertedOn);
        Assert.Equal(TimeSpan.FromDays(7), received.ExpiresOn - received.InsertedOn);
        Assert.Equal("work", queue.Name);
    }

    [Fact]
    public async Task SendMessageAsync_Base64_IsBase64InTheQueue()
    {
        var encoded = new QueueClient(_account, "work", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

        await encoded.SendMessageAsync(BinaryData.FromBytes(new byte[] { 0, 255, 1 }), cancellationToken: Cancellation);

        Assert.Equal("AP8B", Assert.Single((await Queue.PeekMessagesAsync(cancellationToken: Cancellation)).Value).Body.ToString());
        Assert.Equal([0, 255, 1], Assert.Single((await encoded.PeekMessagesAsync(cancellationToken: Cancellation)).Value).Body.ToArray());
    }

    [Fact]
    public async Task ReceiveMessagesAsync_NotTheExpectedEncoding_Throws()
    {
        var encoded = new QueueClient(_account, "work", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await Queue.SendMessageAsync("no base64!", Cancellation);

        await Assert.ThrowsAsync<FormatException>(() => encoded.ReceiveMessagesAsync(Cancellation));
    }

    [Fact]
    public async Task SendMessageAsync_WithTimes_IsHiddenAndNeverExpires()
    {
        var sent = await Queue.SendMessageAsync("later", TimeSpan.FromHours(1), TimeSpan.FromSeconds(-1), Cancellation);

        Assert.Null((await Queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value);
        Assert.Equal(TimeSpan.FromHours(1), sent.Value.TimeNextVisible - sent.Value.InsertionTime);
        Assert.True(sent.Value.ExpirationTime.Year > 9000);
        Assert.Equal(1, (await Queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task ReceiveMessagesAsync_SeveralAtOnce_GivesAtMostSoMany()
    {
        for (var number = 0; number < 5; number++)
        {
            await Queue.SendMessageAsync($"{number}", Cancellation);
        }

        Assert.Single((await Queue.ReceiveMessagesAsync()).Value);
        Assert.Equal(3, (await Queue.ReceiveMessagesAsync(3, TimeSpan.FromMinutes(1), Cancellation)).Value.Length);
        Assert.Single((await Queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation)).Value);
        Assert.Equal(5, (await Queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCountLong);

        await Queue.ClearMessagesAsync(Cancellation);

        Assert.Equal(0, (await Queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCountLong);
    }

    [Fact]
    public async Task UpdateMessageAsync_WithoutBody_KeepsItAndChangesTheReceipt()
    {
        await Queue.SendMessageAsync("a", Cancellation);
        var received = (await Queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value!;

        var updated = await Queue.UpdateMessageAsync(received.MessageId, received.PopReceipt, cancellationToken: Cancellation);
        var stale = await Assert.ThrowsAsync<RequestFailedException>(
            () => Queue.DeleteMessageAsync(received.MessageId, received.PopReceipt, Cancellation));
        var again = (await Queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value!;

        Assert.NotEqual(received.PopReceipt, received.Update(updated).PopReceipt);
        Assert.Equal((400, true), (stale.Status, stale.ErrorCode == QueueErrorCode.PopReceiptMismatch));
        Assert.Equal(("a", 2), (again.Body.ToString(), again.DequeueCount));
    }

    [Fact]
    public async Task UpdateMessageAsync_WithBody_ReplacesItAndTheNewReceiptDeletes()
    {
        await Queue.SendMessageAsync("a", Cancellation);
        var received = (await Queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value!;

        var updated = await Queue.UpdateMessageAsync(received.MessageId, received.PopReceipt, "<b/>", TimeSpan.Zero, Cancellation);

        Assert.Equal("<b/>", Assert.Single((await Queue.PeekMessagesAsync(32, Cancellation)).Value).Body.ToString());
        await Queue.DeleteMessageAsync(received.MessageId, updated.Value.PopReceipt, Cancellation);
        Assert.Empty((await Queue.PeekMessagesAsync(32, Cancellation)).Value);
        var gone = await Assert.ThrowsAsync<RequestFailedException>(
            () => Queue.DeleteMessageAsync(received.MessageId, updated.Value.PopReceipt, Cancellation));
        Assert.True(gone.ErrorCode == QueueErrorCode.MessageNotFound);
    }

    [Fact]
    public async Task SendMessageAsync_MoreThan64KiB_IsRefused()
    {
        Assert.Equal(64 * 1024, Queue.MessageMaxBytes);
        await Queue.SendMessageAsync(new string('x', Queue.MessageMaxBytes), Cancellation);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => Queue.SendMessageAsync(new string('x', Queue.MessageMaxBytes + 1), Cancellation));

        Assert.Equal((413, true), (refused.Status, refused.ErrorCode == QueueErrorCode.RequestBodyTooLarge));
    }

    [Fact]
    public async Task SendMessageAsync_NoQueue_SaysSo()
    {
        var missing = new QueueClient(_account, "missing");

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => missing.SendMessageAsync("a", Cancellation));

        Assert.Equal((404, true), (refused.Status, refused.ErrorCode == QueueErrorCode.QueueNotFound));
    }

    [Fact]
    public async Task SendMessageAsync_WithSharedKey_IsAccepted()
    {
        var parts = _account.Split(';').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToDictionary(part => part[0], part => part[1]);
        var queue = new QueueClient(
            new Uri(parts["QueueEndpoint"] + "/work"),
            new StorageSharedKeyCredential(parts["AccountName"], parts["AccountKey"]));

        await queue.SendMessageAsync("a");

        Assert.Equal(("work", parts["AccountName"]), (queue.Name, queue.AccountName));
        Assert.Single((await Queue.PeekMessagesAsync(cancellationToken: Cancellation)).Value);
    }

    [Fact]
    public async Task QueueClient_WithToken_SendsIt()
    {
        var credential = DelegatedTokenCredential.Create(
            (context, _) => new AccessToken($"token for {context.Scopes[0]}", TimeProvider.System.GetUtcNow().AddHours(1)));
        await using var stub = await StorageStub.StartAsync((_, context) =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        var service = new QueueServiceClient(stub.Address, credential, new QueueClientOptions { Transport = stub.Transport() });

        await service.GetQueueClient("work").ClearMessagesAsync(Cancellation);

        Assert.Equal("Bearer token for https://storage.azure.com/.default", Assert.Single(stub.Requests)["Authorization"]);
    }
}
