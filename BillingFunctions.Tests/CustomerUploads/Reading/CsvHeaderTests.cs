using System.Text;
using BillingFunctions.CustomerUploads.Reading;
using BillingFunctions.CustomerUploads.Rows;

namespace BillingFunctions.Tests.CustomerUploads.Reading;

public sealed class CsvHeaderTests
{
    [Theory]
    [InlineData("id,email,name\n1,a", ',')]
    [InlineData("id;email;name\r\n1,5;a", ';')]
    [InlineData("id\temail\tname\r1", '\t')]
    [InlineData("EMAIL;\"Note, long, with, commas\";Id\n", ';')]
    [InlineData("note a,b,c,d;id;email\n", ';')]
    [InlineData("sep=;\r\nid;email\r\n1;a", ';')]
    [InlineData("\r\n\nid,email\n", ',')]
    public void Read_Header_FindsTheSeparator(string start, char expected) => Assert.Equal(expected, Read(start).Separator);

    [Theory]
    [InlineData("\"id\",\"email\"\n\"1\",\"a@example.com\"\n", ',', "id|email")]
    [InlineData("\"email\";\"id\";\"name\"\r\n\"a@example.com\";\"1\";\"Ann\"\r\n", ';', "email|id|name")]
    [InlineData("\"id\"\t\"email\"\r\"1\"\t\"a@example.com\"", '\t', "id|email")]
    [InlineData("\"id\",\"name, title; rank\",\"email\"\n", ',', "id|name, title; rank|email")]
    [InlineData("\"id\";\"a \"\"b\"\", c\";\"email\"\n", ';', "id|a \"b\", c|email")]
    [InlineData("\"two\nlines\";\"id\";email\n", ';', "two\nlines|id|email")]
    [InlineData("sep=;\n\"id\";\"email\"\n", ';', "id|email")]
    public void Read_QuotedHeader_IsRead(string start, char separator, string names)
    {
        var header = Read(start);

        Assert.Equal((separator, names), (header.Separator, string.Join('|', header.Names)));
    }

    [Fact]
    public void Read_QuotedNames_GivesThemPlain() =>
        Assert.Equal(["id", "email", "the \"plan\"", "two\nlines"], Read("id,email,\"the \"\"plan\"\"\",\"two\nlines\"\n").Names);

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" \r\n\t\n", "empty")]
    [InlineData("id,\"email\n1,a\n", "quote")]
    [InlineData("id,\"email\"x\n1,a\n", "quote")]
    public void Read_NoHeader_IsRefused(string start, string reason) =>
        Assert.Contains(reason, Assert.Throws<UploadRefusedException>(() => Read(start)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_HeaderThatDoesNotEnd_IsRefused() =>
        Assert.Throws<UploadRefusedException>(() => CsvHeader.Read(Encoding.UTF8.GetBytes("id,email," + new string('x', CsvHeader.MaxBytes)), isWhole: false));

    [Theory]
    [InlineData("id,email", false)]
    [InlineData("id,email\r\n\n", false)]
    [InlineData("sep=,\nid,email\n", false)]
    [InlineData("id,email\n1,a", true)]
    [InlineData("sep=,\nid,email\n1,a", true)]
    public void HasRows_File_SaysSo(string text, bool expected) => Assert.Equal(expected, Read(text).HasRows(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("e-mail,id,name", "email is missing", "Known columns are id, name, email", "Found: e-mail, id, name")]
    [InlineData("1,ann@example.com,Ann", "id and email are missing", "must name the columns", "others are kept as metadata")]
    [InlineData("id,email,ID", "Column id is there 2 times", "", "")]
    [InlineData("id,email,plan,plan, EMAIL ", "Column email is there 2 times", "", "")]
    [InlineData("name,phone,phone", "id and email are missing", "phone is there 2 times", "")]
    public void Of_ColumnsThatCannotBe_SaysAllThatIsWrong(string line, params string[] reasons)
    {
        var refusal = Assert.Throws<UploadRefusedException>(() => CustomerColumns.From(Read(line)));

        Assert.All(reasons, reason => Assert.Contains(reason, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_MoreThanFiftyOtherColumns_KeepsTheFirst()
    {
        var many = string.Join(',', Enumerable.Range(1, 50).Select(number => $"m{number}"));

        Assert.Equal(50, CustomerColumns.From(Read($"_line,id,email,_error,{many}")).Metadata.Count);
        Assert.Equal(Enumerable.Range(2, 50), CustomerColumns.From(Read($"id,email,{many},m51")).Metadata);
    }

    /// <summary>What cannot be kept as metadata is left out, and does no harm.</summary>
    [Theory]
    [InlineData("id,email,,x", "x")]
    [InlineData(",id,email,x,\u200B", "x")]
    [InlineData("id,email,plan, Plan ,x", "x")]
    [InlineData("id,email,plan,x,plan,plan", "x")]
    [InlineData("_line,_line,id,email,x,_error,_error", "x")]
    [InlineData("x,id,email,a column with a name that is longer than forty characters", "x")]
    [InlineData("id,\"a\nb\",email,x", "x")]
    [InlineData("id,email,,,,", "")]
    public void Of_ColumnNobodyNeeds_IsLeftOut(string line, string kept)
    {
        var columns = CustomerColumns.From(Read(line));

        Assert.Equal(kept, string.Join(',', columns.Metadata.Select(place => columns.Names[place])));
    }

    private static CsvHeader Read(string start) => CsvHeader.Read(Encoding.UTF8.GetBytes(start), isWhole: true);
}
