using System.Threading.Channels;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>What waits for an instance. Once closed it takes nothing, and whoever wrote learns that it was of no use.</summary>
internal sealed class Mailbox
{
    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });

    public bool TryPost(Message message) => _messages.Writer.TryWrite(message);

    /// <summary>Waits for a message and takes all that there are.</summary>
    public async Task<List<Message>> TakeAsync(CancellationToken cancellationToken)
    {
        await _messages.Reader.WaitToReadAsync(cancellationToken);
        return TakeAll();
    }

    /// <summary>Closes the box and gives what is left in it.</summary>
    public List<Message> Close()
    {
        _messages.Writer.TryComplete();
        return TakeAll();
    }

    private List<Message> TakeAll()
    {
        var taken = new List<Message>();
        while (_messages.Reader.TryRead(out var message))
        {
            taken.Add(message);
        }

        return taken;
    }
}
