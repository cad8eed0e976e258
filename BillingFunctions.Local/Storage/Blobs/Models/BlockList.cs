using System.Globalization;
using System.Xml.Linq;

namespace Azure.Storage.Blobs.Models;

/// <summary>The blocks of a blob.</summary>
public class BlockList
{
    internal BlockList(XElement list)
    {
        CommittedBlocks = Blocks(list.Element("CommittedBlocks"));
        UncommittedBlocks = Blocks(list.Element("UncommittedBlocks"));
    }

    /// <summary>Those it consists of, in order.</summary>
    public IEnumerable<BlobBlock> CommittedBlocks { get; }

    /// <summary>Those that were staged and wait to be committed.</summary>
    public IEnumerable<BlobBlock> UncommittedBlocks { get; }

    private static List<BlobBlock> Blocks(XElement? blocks) => blocks is null ? [] :
    [
        .. blocks.Elements("Block").Select(block =>
            new BlobBlock(block.Element("Name")!.Value, long.Parse(block.Element("Size")!.Value, CultureInfo.InvariantCulture))),
    ];
}
