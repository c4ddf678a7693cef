
import site_cms.media.fields
import wagtail.images.models
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('site_cms', '0004_page_blocks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='siteimage',
            name='file',
            field=site_cms.media.fields.CleanImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='文件', width_field='width'),
        ),
    ]
